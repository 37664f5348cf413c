// SPDX-License-Identifier: GPL-3.0-or-later
// A stand-in for Windows' service control: ServiceControl.exe PROGRAM WORD... starts the service that PROGRAM runs, says "running"
// when OnStart is back, and stops it at the next line. Mono's ServiceBase hands its services to whoever sets RunService.
using System;
using System.Linq;
using System.Reflection;
using System.ServiceProcess;

static class ServiceControl {
    const BindingFlags Hidden = BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    public static void Run(ServiceBase[] services) {
        var service = services.Single();
        Call(service, "OnStart", new object[] { new string[0] });
        Console.WriteLine("running");
        Console.ReadLine();
        Call(service, "OnStop", null);  // and the program ends, as what it ran is over
    }

    static void Call(ServiceBase service, string name, object[] arguments) {
        service.GetType().GetMethod(name, Hidden).Invoke(service, arguments);
    }

    static int Main(string[] words) {
        var hook = typeof(ServiceBase).GetField("RunService", Hidden);
        hook.SetValue(null, Delegate.CreateDelegate(hook.FieldType, typeof(ServiceControl).GetMethod("Run")));
        var main = Assembly.LoadFrom(words[0]).EntryPoint;
        return (int)main.Invoke(null, new object[] { words.Skip(1).ToArray() });
    }
}
