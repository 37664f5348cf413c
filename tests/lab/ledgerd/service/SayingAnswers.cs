// SPDX-License-Identifier: GPL-3.0-or-later
// What this release answers about one row.
using System;
using System.Data.Odbc;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

class SayingAnswers {
    public const int Longest = 1000;
    static readonly Regex Name = new Regex(@"\A[A-Za-z0-9-]{1,64}\z");
    static readonly Encoding Strict = new UTF8Encoding(false, true);
    readonly Sayings sayings;

    // Without a database sayings is null.
    public SayingAnswers(Sayings sayings) { this.sayings = sayings; }

    // A body that is missing or too long is null.
    public Answer To(string method, string name, byte[] body, Func<HttpStatusCode, string, Answer> say) {
        if (sayings == null) return say(HttpStatusCode.ServiceUnavailable, "no database\n");
        string text;
        try { text = body == null ? "\0" : Strict.GetString(body); } catch (DecoderFallbackException) { text = "\0"; }
        if (!Name.IsMatch(name) || text.Contains("\0"))
            return say(HttpStatusCode.BadRequest, "PUT or GET /sayings/ID, with letters, digits and dashes, and a text\n");
        try {
            if (method == "PUT") {
                sayings.Keep(name, text);
                return say(HttpStatusCode.OK, "kept\n");
            }
            var found = sayings.Read(name);
            return found == null ? say(HttpStatusCode.NotFound, "nothing here\n") : say(HttpStatusCode.OK, found);
        } catch (TimeoutException) {
            return say(HttpStatusCode.ServiceUnavailable, "the database does not answer\n");
        } catch (OdbcException refused) {
            return say(HttpStatusCode.InternalServerError, "the database refuses: " + refused.Message + "\n");
        }
    }
}
