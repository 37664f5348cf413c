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
        end = next((place for place in range(1, len(rest)) if _begins(rest, place)), len(rest))
        yield rest[:end]
        rest = rest[end:]


def _length_of(form: re.Pattern[str], rest: Statement) -> int:
    """How many tokens the form takes at the beginning; each token is one word of the shape."""
    match = form.match(shape(rest) + " ")
    return len(match.group().split()) if match else 0


def _begins(rest: Statement, place: int) -> bool:
    words = [token.word for token in rest[: place + 2]]
    if words[place] not in STARTERS or words[:place].count("(") > words[:place].count(")"):
        return False
    in_case = words[:place].count("CASE") > words[:place].count("END")
    change_of_table = words[:2] == ["ALTER", "TABLE"] and words[place] in ("ALTER", "DROP", "SET")
    return (rest[place].first or words[place] == "END") and not in_case and not change_of_table
