// SPDX-License-Identifier: GPL-3.0-or-later
// ledgerd.exe.config, and what the environment says instead of it.
using System;
using System.Configuration;
using System.Data.Odbc;
using System.Net;

class Settings {
    public IPAddress Address;
    public int Port;
    public string UrlPrefix, Member, Database;

    public static Settings Read() {
        var address = Environment.GetEnvironmentVariable("WINHOST_ADDRESS");
        return new Settings {
            Address = string.IsNullOrEmpty(address) ? IPAddress.Any : IPAddress.Parse(address),
            Port = int.Parse(ConfigurationManager.AppSettings["port"]),
            UrlPrefix = ConfigurationManager.AppSettings["urlPrefix"],
            Database = Odbc(Environment.GetEnvironmentVariable("QUOTES_DATABASE"), ConfigurationManager.AppSettings["odbcDriver"]),
            Member = Environment.GetEnvironmentVariable("WINHOST_NAME") ?? Environment.MachineName,
        };
    }

    // postgresql://user:password@host:port/database in the words of ODBC; null for none.
    static string Odbc(string url, string driver) {
        if (string.IsNullOrEmpty(url)) return null;
        var at = new Uri(url);
        var user = at.UserInfo.Split(':');
        return new OdbcConnectionStringBuilder {
            { "Driver", driver }, { "Server", at.Host }, { "Port", at.Port.ToString() }, { "Database", at.AbsolutePath.Substring(1) },
            { "Uid", Uri.UnescapeDataString(user[0]) }, { "Pwd", user.Length > 1 ? Uri.UnescapeDataString(user[1]) : "" },
        }.ConnectionString;
    }
}
