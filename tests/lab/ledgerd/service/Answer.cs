// SPDX-License-Identifier: GPL-3.0-or-later
// One HTTP/1.1 answer, as the bytes that go out.
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

class Answer {
    readonly string head, body;

    public Answer(HttpStatusCode status, string kind, string body, string version, string member) {
        this.body = body;
        var lines = new[] {
            string.Format("HTTP/1.1 {0} {1}", (int)status, Words(status)),
            "content-type: " + kind,
            "content-length: " + Encoding.UTF8.GetByteCount(body),
            "x-quotes-version: " + version,
            "x-quotes-member: " + member,
        };
        head = string.Join("\r\n", lines);
    }

    // NotFound is "Not Found".
    static string Words(HttpStatusCode status) { return Regex.Replace(status.ToString(), "(?<=[a-z])(?=[A-Z])", " "); }

    public byte[] Bytes(bool withBody, bool last) {
        return Encoding.UTF8.GetBytes(head + (last ? "\r\nconnection: close" : "") + "\r\n\r\n" + (withBody ? body : ""));
    }
}
