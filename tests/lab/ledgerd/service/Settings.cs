// SPDX-License-Identifier: GPL-3.0-or-later
// ledgerd.exe.config, and what the environment says instead of it.
using System;
using System.Configuration;
using System.Net;

class Settings {
    public IPAddress Address;
    public int Port;
    public string UrlPrefix, Member;

    public static Settings Read() {
        var address = Environment.GetEnvironmentVariable("WINHOST_ADDRESS");
        return new Settings {
            Address = string.IsNullOrEmpty(address) ? IPAddress.Any : IPAddress.Parse(address),
            Port = int.Parse(ConfigurationManager.AppSettings["port"]),
            UrlPrefix = ConfigurationManager.AppSettings["urlPrefix"],
            Member = Environment.GetEnvironmentVariable("WINHOST_NAME") ?? Environment.MachineName,
        };
    }
}
