# SPDX-License-Identifier: GPL-3.0-or-later
"""SQL cut into words, names, texts and signs, as PostgreSQL, SQL Server and MySQL each read it. Private to hybrid.rollout.

What a server's setting can turn into something else is DOUBTFUL: nobody may build on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

POSTGRESQL, MSSQL, MYSQL = "postgresql", "mssql", "mysql"
WORD, NAME, TEXT, NUMBER, SIGN, DOUBTFUL = "word", "name", "text", "number", "sign", "doubtful"


@dataclass(frozen=True)
class Token:
    kind: str
    text: str  # as it was written
    line: int
    first: bool = False  # nothing but white space and comments before it in its line

    @property
    def word(self) -> str:
        """In upper case if it is a bare word or a sign; a quoted name is never a keyword."""
        return self.text.upper() if self.kind in (WORD, SIGN) else ""

    @property
    def name(self) -> str:
        """What a word, a quoted name or a text holds, in upper case."""
        inner = self.text[1:-1] if self.kind in (NAME, TEXT) else self.text
        return inner.upper()


SHARED = [
    (NUMBER, r"\d+(?:\.\d+)?(?:e[+-]?\d+)?|\.\d+"),
    (WORD, r"[^\W\d][\w$]*"),
    (SIGN, r"."),
]
FORMS = {
    POSTGRESQL: [
        (SIGN, r"::"),
        ("line comment", r"--[^\n]*"),
        ("nested comment", r"/\*"),
        (TEXT, r"e'(?:[^'\\]|\\.|'')*'"),
        (DOUBTFUL, r"'(?:[^'\\]|''|\\(?!'))*\\'"),
        (TEXT, r"'(?:[^']|'')*'"),
        (TEXT, r"\$(?P<tag>(?:[^\W\d]\w*)?)\$.*?\$(?P=tag)\$"),
        (NAME, r'"(?:[^"]|"")*"'),
    ],
    MSSQL: [
        ("line comment", r"--[^\n]*"),
        ("nested comment", r"/\*"),
        (TEXT, r"'(?:[^']|'')*'"),
        (NAME, r'\[(?:[^\]]|\]\])*\]|"(?:[^"]|"")*"'),
        (WORD, r"(?:[@#]|[^\W\d])[\w$#@]*"),
    ],
    MYSQL: [
        ("line comment", r"--(?=[\s\x00-\x1f]|\Z)[^\n]*|#[^\n]*"),
        (DOUBTFUL, r"/\*M?!.*?\*/"),
        ("comment", r"/\*.*?\*/"),
        (DOUBTFUL, r"""'(?:[^'\\]|''|\\(?!'))*\\'|"(?:[^"\\]|""|\\(?!"))*\\\""""),
        (TEXT, r"""'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*\""""),
        (NAME, r"`(?:[^`]|``)*`"),
    ],
}
CUTTERS = {
    dialect: [
        (kind, re.compile(form, re.IGNORECASE | re.DOTALL))
        for kind, form in [
            *forms,
            (DOUBTFUL, r"""/\*|'|"|`|\[""" if dialect != POSTGRESQL else r"""/\*|'|\""""),
            *SHARED,
        ]
    ]
    for dialect, forms in FORMS.items()
}
LONE_RETURN = re.compile(r"\r(?!\n)")  # servers differ on whether it ends a line, and with it a comment
EDGE = re.compile(r"/\*|\*/")


def tokens(text: str, dialect: str) -> Sequence[Token]:
    """Without comments and white space. From an end that is missing on, the rest is one DOUBTFUL token."""
    if LONE_RETURN.search(text):
        return (Token(DOUBTFUL, text, 1),)
    return tuple(_tokens(text, dialect))


def _tokens(text: str, dialect: str) -> Iterator[Token]:
    place, line, last = 0, 1, 0
    while place < len(text):
        if text[place].isspace() or text[place] == "\ufeff":
            line += text[place] == "\n"
            place += 1
            continue
        kind, end = _next(text, place, dialect)
        piece = text[place:end]
        if "comment" not in kind:
            yield Token(kind, piece, line, first=line != last)
            last = line + piece.count("\n")
        line += piece.count("\n")
        place = end


def _next(text: str, place: int, dialect: str) -> tuple[str, int]:
    for kind, cutter in CUTTERS[dialect]:
        match = cutter.match(text, place)
        if match and kind == "nested comment":
            return _nested(text, place)
        if match and kind == DOUBTFUL and not match.group().endswith("*/"):
            return DOUBTFUL, len(text)
        if match:
            return kind, match.end()
    return DOUBTFUL, len(text)


def _nested(text: str, place: int) -> tuple[str, int]:
    depth = 0
    for edge in EDGE.finditer(text, place):
        depth += 1 if edge.group() == "/*" else -1
        if not depth:
            return "comment", edge.end()
    return DOUBTFUL, len(text)
