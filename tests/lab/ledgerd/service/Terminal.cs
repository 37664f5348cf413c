// SPDX-License-Identifier: GPL-3.0-or-later
// ledgerd without a service manager: it serves until SIGTERM or Ctrl+C.
using System;
using System.Threading;
using Mono.Unix;
using Mono.Unix.Native;

static class Terminal {
    public static void Run(Server server, Release release) {
        var wait = Environment.OSVersion.Platform == PlatformID.Unix ? Signals() : ControlC();
        server.Start();
        release.Started();
        wait();
        server.Stop();
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
