// SPDX-License-Identifier: GPL-3.0-or-later
// ledgerd: the lab's service "quotes" as a .NET Framework program. The same answers as quotes.py, a Windows service's way of life.
// C# 5, for the csc.exe that is part of .NET Framework 4.5 and later.
using System;
using System.ServiceProcess;

static class Program {
    static int Main() {
        var settings = Settings.Read();
        var release = Release.Read();
        var keepsRows = settings.Database != null && release.Columns.Length > 0;
        var sayings = new SayingAnswers(keepsRows ? new Sayings(settings.Database, release.Columns) : null);
        var server = new Server(settings.Address, settings.Port, new Answers(release, settings, sayings));
        var service = new LedgerService(server, release);
        if (StartedByWindows()) ServiceBase.Run(service); else service.RunUntil(Terminal.SaysStop());
        return 0;
    }

    static bool StartedByWindows() {
        return Environment.OSVersion.Platform == PlatformID.Win32NT && !Environment.UserInteractive;
    }
}
