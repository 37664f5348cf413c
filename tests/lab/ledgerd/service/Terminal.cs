// SPDX-License-Identifier: GPL-3.0-or-later
// What stops ledgerd where no service control does: SIGTERM or Ctrl+C.
using System;
using System.Threading;
using Mono.Unix;
using Mono.Unix.Native;

static class Terminal {
    // Waits when it is called, and listens from now on.
    public static Action SaysStop() {
        return Environment.OSVersion.Platform == PlatformID.Unix ? Signals() : ControlC();
    }

    // A method of its own: Windows has no Mono.Posix.dll, and looks for it only where it is used.
    static Action Signals() {
        var signals = new[] { new UnixSignal(Signum.SIGTERM), new UnixSignal(Signum.SIGINT) };
        return () => UnixSignal.WaitAny(signals);
    }

    static Action ControlC() {
        var pressed = new ManualResetEvent(false);
        Console.CancelKeyPress += (sender, press) => { press.Cancel = true; pressed.Set(); };
        return () => pressed.WaitOne();
    }
}
