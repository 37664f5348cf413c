// SPDX-License-Identifier: GPL-3.0-or-later
// The head of a request, as far as ledgerd reads it.
using System;
using System.Text.RegularExpressions;

class Request {
    readonly string head;
    public readonly string Method, Path;
    public readonly bool IsLast;

    public Request(string head) {
        this.head = head;
        var words = head.Split(new[] { "\r\n" }, StringSplitOptions.None)[0].Split(' ');
        Method = words[0];
        Path = words.Length > 1 ? words[1] : "";
        var lower = head.ToLowerInvariant();
        IsLast = lower.Contains("\r\nconnection: close") || (lower.Contains(" http/1.0") && !lower.Contains("keep-alive"));
    }

    // -1 where the head does not say it.
    public int BodyLength {
        get {
            var said = Regex.Match(head, @"\r\ncontent-length: *([0-9]{1,9})(\r\n|\z)", RegexOptions.IgnoreCase);
            return said.Success ? int.Parse(said.Groups[1].Value) : -1;
        }
    }

    public bool IsRead { get { return Method == "GET" || Method == "HEAD"; } }
}
