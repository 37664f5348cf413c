# SPDX-License-Identifier: GPL-3.0-or-later
"""A script as its statements, one after the other. Private to hybrid.rollout.

T-SQL needs no semicolons, and wraps statements in IF and BEGIN: there, a word that begins a statement and its line begins a new one, and
what only says whether a statement runs is taken away, so that the statement is judged as if it ran.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.classify_shape import shape
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.sql_tokens import MSSQL, Token, tokens

Statement = Sequence[Token]
STARTERS = frozenset(
    {
        "ALTER",
        "BEGIN",
        "BULK",
        "COMMIT",
        "CREATE",
        "DECLARE",
        "DELETE",
        "DENY",
        "DROP",
        "ELSE",
        "END",
        "EXEC",
        "EXECUTE",
        "GRANT",
        "IF",
        "INSERT",
        "MERGE",
        "PRINT",
        "RAISERROR",
        "RETURN",
        "REVOKE",
        "ROLLBACK",
        "SET",
        "THROW",
        "TRUNCATE",
        "UPDATE",
        "USE",
        "WHILE",
    }
)
LONGEST_CONDITION = 200  # in tokens; a longer one is not seen as a condition, and so is not taken away
ROUTINE = re.compile(r"(?:CREATE(?: OR ALTER)?|ALTER) (?:PROC|PROCEDURE|FUNCTION|TRIGGER)\b.*", re.DOTALL)
CONDITION = re.compile(
    r"IF (?:(?:NOT )?EXISTS \( SELECT (?:(?! INTO )[^()])*\)|(?:COL_LENGTH|OBJECT_ID|SCHEMA_ID) \( [^()]*\) IS (?:NOT )?NULL)"
)
BLOCK = re.compile(r"(?:BEGIN|END)(?! (?:TRAN|TRANSACTION|TRY|CATCH|CONVERSATION|DIALOG)\b)|ELSE")


def statements(script: str, dialect: str) -> Iterator[Statement]:
    found = tokens(script, dialect)
    if dialect == MSSQL and ROUTINE.fullmatch(shape(found)):
        yield found
        return
    for piece in _between_semicolons(found):
        yield from _without_conditions(piece) if dialect == MSSQL else [piece]


def _between_semicolons(found: Statement) -> Iterator[Statement]:
    held: list[Token] = []
    for token in found:
        if token.text != ";":
            held.append(token)
            continue
        if held:
            yield held
        held = []
    if held:
        yield held


def _without_conditions(piece: Statement) -> Iterator[Statement]:
    rest = list(piece)
    while rest:
        skipped = _length_of(CONDITION, rest) or _length_of(BLOCK, rest)
        if skipped:
            rest = rest[skipped:]
            continue
        end = _end_of_first(rest)
        yield rest[:end]
        rest = rest[end:]


def _length_of(form: re.Pattern[str], rest: Statement) -> int:
    """How many tokens the form takes at the beginning; each token is one word of the shape."""
    match = form.match(shape(rest[:LONGEST_CONDITION]) + " ")
    return len(match.group().split()) if match else 0


def _end_of_first(rest: Statement) -> int:
    depth = cases = 0
    changes_table = [token.word for token in rest[:2]] == ["ALTER", "TABLE"]
    for place, token in enumerate(rest):
        if place and depth <= 0 and not cases and _begins(token, changes_table):
            return place
        depth += {"(": 1, ")": -1}.get(token.word, 0)
        cases = max(0, cases + {"CASE": 1, "END": -1}.get(token.word, 0))
    return len(rest)


def _begins(token: Token, changes_table: bool) -> bool:
    belongs_to_change = changes_table and token.word in ("ALTER", "DROP", "SET")
    return token.word in STARTERS and (token.first or token.word == "END") and not belongs_to_change
