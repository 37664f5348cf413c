// SPDX-License-Identifier: GPL-3.0-or-later
// The head of a request, as far as ledgerd reads it.
using System;

class Request {
    public readonly string Method, Path;
    public readonly bool IsLast;

    public Request(string head) {
        var words = head.Split(new[] { "\r\n" }, StringSplitOptions.None)[0].Split(' ');
        Method = words[0];
        Path = words.Length > 1 ? words[1] : "";
        var lower = head.ToLowerInvariant();
        IsLast = lower.Contains("\r\nconnection: close") || (lower.Contains(" http/1.0") && !lower.Contains("keep-alive"));
    }

    public bool IsRead { get { return Method == "GET" || Method == "HEAD"; } }
}
