// SPDX-License-Identifier: GPL-3.0-or-later
// What this release answers, by path, by whether it is ready, and by its defect.
using System;
using System.Net;

class Answers {
    readonly Release release;
    readonly Settings settings;
    readonly SayingAnswers sayings;

    public Answers(Release release, Settings settings, SayingAnswers sayings) {
        this.release = release;
        this.settings = settings;
        this.sayings = sayings;
    }

    public bool IsOfARow(string path) { return path.StartsWith(settings.UrlPrefix + "sayings/", StringComparison.Ordinal); }

    // Waits for the database.
    public Answer OfARow(string method, string path, byte[] body) {
        if (release.Defect == "errors" || release.Defect == "errors_for_customers") return Broken();
        if (!release.IsReady) return Text(HttpStatusCode.ServiceUnavailable, "warming up");
        var name = path.Substring(settings.UrlPrefix.Length + "sayings/".Length);
        return sayings.To(method, name, body, (status, text) => Say(status, "text/plain", text));
    }

    public Answer To(string path) {
        var ready = release.IsReady;
        if (release.Defect == "errors") return Broken();
        if (!path.StartsWith(settings.UrlPrefix, StringComparison.Ordinal)) return Text(HttpStatusCode.NotFound, "nothing here");
        path = path.Substring(settings.UrlPrefix.Length);
        if (path == "health") return Health(ready);
        if (!ready) return Text(HttpStatusCode.ServiceUnavailable, "warming up");
        if (path != "" && !path.StartsWith("wait/", StringComparison.Ordinal)) return Text(HttpStatusCode.NotFound, "nothing here");
        if (release.Defect == "errors_for_customers") return Broken();
        return Text(HttpStatusCode.OK, release.Defect == "wrong_quotes" ? Quotes.Wrong : Quotes.Next());
    }

    // How long the answer to a path takes: /wait/MILLISECONDS is a slow quote.
    public TimeSpan WaitBefore(string path) {
        var start = settings.UrlPrefix + "wait/";
        var milliseconds = 0;
        var slow = path.StartsWith(start, StringComparison.Ordinal) && int.TryParse(path.Substring(start.Length), out milliseconds);
        return TimeSpan.FromMilliseconds(slow ? Math.Max(milliseconds, 0) : 0);
    }

    Answer Health(bool ready) {
        var state = string.Format("{{\"service\": \"quotes\", \"version\": \"{0}\", \"ready\": {1}, \"member\": \"{2}\"}}",
            release.Version, ready ? "true" : "false", settings.Member);
        return Say(ready ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable, "application/json", state + "\n");
    }

    Answer Broken() { return Text(HttpStatusCode.InternalServerError, "this release is broken"); }
    Answer Text(HttpStatusCode status, string text) { return Say(status, "text/plain", text + "\n"); }
    Answer Say(HttpStatusCode status, string kind, string text) { return new Answer(status, kind, text, release.Version, settings.Member); }
}
