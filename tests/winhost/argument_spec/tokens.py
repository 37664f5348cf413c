# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of PowerShell that literals are made of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

TOKENS = re.compile(
    r"""(?P<blank>[ \t\r]+|`\r?\n|<\#.*?\#>|\#[^\n]*)|(?P<end>\n|;)|(?P<table>@\{)|(?P<array>@\()|(?P<open>\()|(?P<close>\))
    |(?P<block>\{)|(?P<unblock>\})|(?P<comma>,)|(?P<equals>=)|(?P<plus>\+)|(?P<cast>\[\w[\w.]*(?:\[\])?\](?!::))
    |(?P<single>'(?:[^']|'')*')|(?P<double>"(?:[^"`]|`.|"")*")|(?P<number>-?(?:0x[0-9a-fA-F]+|\d+(?:\.\d+)?)\b(?![\w.]))
    |(?P<member>(?<=\w)\.\w+)|(?P<variable>\$\w+)|(?P<word>\w[\w-]*)|(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
OPENING = {"table", "array", "open", "block"}
CLOSING = {"close", "unblock"}


class Token(NamedTuple):
    kind: str
    text: str
    at: int


def tokens(script: str, at: int) -> Iterator[Token]:
    """Those from a place on, without blanks and comments, and last the end of the script as often as it is asked for."""
    for match in TOKENS.finditer(script, at):
        if match.lastgroup != "blank":
            yield Token(str(match.lastgroup), match[0], match.start())
    while True:
        yield Token("", "the end of the script", len(script))
