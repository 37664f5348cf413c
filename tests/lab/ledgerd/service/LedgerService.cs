// SPDX-License-Identifier: GPL-3.0-or-later
// What Windows' service control starts and stops, or a terminal in its place.
using System;
using System.ServiceProcess;

class LedgerService : ServiceBase {
    readonly Server server;
    readonly Release release;

    public LedgerService(Server server, Release release) {
        this.server = server;
        this.release = release;
        ServiceName = "ledgerd";
        CanShutdown = true;
    }

    protected override void OnStart(string[] arguments) {
        server.Start();
        release.Started();
    }

    protected override void OnStop() { server.Stop(); }
    protected override void OnShutdown() { server.Stop(); }

    public void RunUntil(Action stopIsSaid) {
        OnStart(new string[0]);
        stopIsSaid();
        OnStop();
    }
}
