// SPDX-License-Identifier: GPL-3.0-or-later
// release.json beside the program: what this release is and, for the broken ones, what is wrong with it.
using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Text.RegularExpressions;
using System.Threading;

class Release {
    readonly double startupSeconds;
    readonly Stopwatch sinceStart = new Stopwatch();
    public readonly string Version, Defect;
    public readonly string[] Columns;

    Release(string description) {
        Version = Field(description, "version");
        Defect = Field(description, "defect");
        Columns = Words(description, "columns");
        startupSeconds = double.Parse(Field(description, "startup_seconds"), CultureInfo.InvariantCulture);
        if (Defect == "wrong_version") Version = "0.9";
    }

    public static Release Read() {
        return new Release(File.ReadAllText(Path.Combine(AppDomain.CurrentDomain.BaseDirectory, "release.json")));
    }

    public bool IsReady { get { return Defect != "never_ready" && sinceStart.Elapsed.TotalSeconds >= startupSeconds; } }

    public void Started() {
        sinceStart.Start();
        if (Defect == "crash_after_5s") new Thread(Crash) { IsBackground = true }.Start();
    }

    void Crash() {
        Thread.Sleep(TimeSpan.FromSeconds(startupSeconds + 5));
        Environment.Exit(1);
    }

    // build_releases.py writes one flat object, whose words need no escaping.
    static string Field(string description, string name) {
        var found = Regex.Match(description, "\"" + name + "\": \"?([^\",\\s]+)");
        if (!found.Success) throw new InvalidDataException("release.json does not say its " + name);
        return found.Groups[1].Value;
    }

    static string[] Words(string description, string name) {
        var words = Regex.Match(description, "\"" + name + "\": \"([^\"]*)\"").Groups[1].Value;
        return words.Split(new[] { ' ' }, StringSplitOptions.RemoveEmptyEntries);
    }
}
