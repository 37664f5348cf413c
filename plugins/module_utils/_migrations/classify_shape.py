# SPDX-License-Identifier: GPL-3.0-or-later
"""A statement as one line of words that a pattern can match as a whole. Private to hybrid.rollout.

Texts are 's', numbers 0, quoted names "LIKE_THIS". Outer brackets stay ( and ), those inside them are { and }: so ``\\( [^()]* \\)`` is
one whole pair. A pattern that matches to the end leaves no room for a second statement behind the first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.sql_tokens import (
    DOUBTFUL,
    NAME,
    NUMBER,
    TEXT,
    WORD,
    Token,
)

RESERVED = (
    r"ADD|ALTER|AND|AS|BEGIN|BY|CALL|CASE|CHECK|COLUMN|CONSTRAINT|CREATE|DECLARE|DEFAULT|DELETE|DO|DROP|ELSE|"
    r"END|EXEC|EXECUTE|EXISTS|FROM|GRANT|IF|IN|INSERT|INTO|IS|KEY|MERGE|MODIFY|NOT|NULL|ON|OR|PREPARE|"
    r"PRIMARY|REFERENCES|RENAME|REPLACE|REVOKE|SELECT|SET|TABLE|THEN|TRUNCATE|UNIQUE|UPDATE|USING|VALUES|WHERE|"
    r"WHILE|WITH"
)
ONE = rf"(?!(?:{RESERVED})\b)(?:[^\W\d][\w$#@]*|\"\w*\")"
QUALIFIED = rf"{ONE}(?: \. {ONE}){{0,3}}"
GROUP = r"\( [^()]*\)"
SIZE = r"(?: \( (?:0|MAX)(?: , 0)? \))?"
PLACES = {"NAME": QUALIFIED, "ONE": ONE, "GROUP": GROUP, "SIZE": SIZE}
PLACEHOLDER = re.compile(rf"\b(?:{'|'.join(PLACES)})\b")


def shape(statement: Sequence[Token]) -> str:
    depth = 0
    parts = []
    for token in statement:
        if token.text == ")":
            depth -= 1
        parts.append(_part(token, depth))
        if token.text == "(":
            depth += 1
    return " ".join(parts)


def _part(token: Token, depth: int) -> str:
    if token.kind == NAME:
        return '"' + re.sub(r"\W", "_", token.name) + '"'
    if token.kind in (TEXT, NUMBER, DOUBTFUL):
        return {TEXT: "'s'", NUMBER: "0", DOUBTFUL: "??"}[token.kind]
    if token.kind == WORD or token.text not in "(){}":
        return token.word
    return {"(": "({"[depth > 0], ")": ")}"[depth > 0]}.get(token.text, "??")


def actions(changes: str) -> list[str]:
    """``ADD A INT , DROP B`` at its outer commas."""
    parts, depth = [""], 0
    for word in changes.split(" "):
        depth += {"(": 1, ")": -1}.get(word, 0)
        if word == "," and not depth:
            parts.append("")
        else:
            parts[-1] = f"{parts[-1]} {word}".strip()
    return parts


def pattern(form: str) -> re.Pattern[str]:
    """With NAME for a name that may have its schema before it, ONE for one without, GROUP for a pair of brackets."""
    return re.compile(PLACEHOLDER.sub(lambda match: PLACES[match.group()], form), re.DOTALL)
