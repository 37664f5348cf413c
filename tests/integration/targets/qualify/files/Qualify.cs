// SPDX-License-Identifier: GPL-3.0-or-later
// A program that Windows can start and stop as a service, or that NSSM runs ("console"). It leaves a note of its start beside itself.
// C# 5, for the csc.exe that is part of .NET Framework 4.5 and later.
using System;
using System.IO;
using System.ServiceProcess;
using System.Threading;

class Qualify : ServiceBase {
    static void Main(string[] arguments) {
        if (IsService(arguments)) {
            Run(new Qualify());
        } else {
            NoteTheStart();
            Thread.Sleep(Timeout.Infinite);
        }
    }

    static bool IsService(string[] arguments) {
        var console = arguments.Length > 0 && arguments[0] == "console";
        return !console && Environment.OSVersion.Platform == PlatformID.Win32NT;
    }

    protected override void OnStart(string[] arguments) { NoteTheStart(); }

    static void NoteTheStart() {
        File.WriteAllText(Path.Combine(AppDomain.CurrentDomain.BaseDirectory, "started.txt"), "");
    }
}
