# SPDX-License-Identifier: GPL-3.0-or-later
"""How rules judge a statement: an allow-list first, then what is known to be dangerous; all else is unknown. Private to hybrid.rollout."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.classify_finding import (
    OPAQUE,
    UNKNOWN,
    Kind,
    worst,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.classify_shape import actions, pattern
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import CONTRACT, EXPAND

Rule = tuple[re.Pattern[str], Kind]
HARMLESS = Kind(EXPAND, "it adds, and the old release does not see it")
TAKES_AWAY = Kind(CONTRACT, "it takes away or renames what the old release may need")
TIGHTENS = Kind(CONTRACT, "the old release may write what this refuses from now on")
NO_DEFAULT = Kind(CONTRACT, "a column that has to have a value and has no default: the old release's INSERTs fail")
HIDDEN = Kind(OPAQUE, "what it does stands in a text, a procedure or a block, and is not read")
DATA = Kind(UNKNOWN, "it changes rows, and only its author knows what the old release makes of them")
CHANGES = Kind(UNKNOWN, "it changes how a column behaves, and the old release may rely on that")
REFERS = Kind(UNKNOWN, "a reference to another table can stop the old release from deleting rows there")
NOT_KNOWN = Kind(UNKNOWN, "no rule knows this form as harmless")

TAKING = {"DROP", "TRUNCATE", "RENAME", "SP_RENAME", '"SP_RENAME"', "CHANGE", "SWITCH"}
HIDING = {
    "EXEC",
    "EXECUTE",
    "SP_EXECUTESQL",
    '"SP_EXECUTESQL"',
    "PREPARE",
    "CALL",
    "PROCEDURE",
    "PROC",
    "FUNCTION",
    "TRIGGER",
}
REPLACED = {"??", "$", ":"}  # a setting, a tool or a client puts something else in its place
HIDING_FIRST = {"DO", "\\", "DELIMITER", "SOURCE", "DECLARE", "WHILE", "IF", "LOAD"}
NEW_VIEW = (
    r"CREATE VIEW NAME(?: GROUP)? AS (?:SELECT|WITH) "
    r"(?!.*\b(?:ALTER|CREATE|DELETE|DENY|DROP|EXEC|EXECUTE|GRANT|INSERT|INTO|MERGE|REVOKE|SP_RENAME|TRUNCATE|UPDATE)\b).*"
)
NEW_TABLE = r"CREATE TABLE(?: IF NOT EXISTS)? NAME \( (?!(?:SELECT|WITH) )(?:(?!REFERENCES )[^()])*\)"
NEW_TABLE_THAT_REFERS = NEW_TABLE.replace(r"(?!REFERENCES )", "")
NOT_NULL = r"ADD(?: COLUMN)?(?: IF NOT EXISTS)? ONE (?!.*\b(?:DEFAULT (?!NULL\b)|IDENTITY\b|GENERATED\b|AUTO_INCREMENT\b|\w*SERIAL\b)).*\bNOT NULL\b.*"
STRICTER = r"ADD(?: CONSTRAINT(?: ONE)?)? (?:CHECK|UNIQUE|FOREIGN|PRIMARY|EXCLUDE)\b.*"


@dataclass(frozen=True)
class Rules:
    """``alter``: the beginning of a statement whose changes are judged one by one."""

    statements: Sequence[Rule]
    alter: re.Pattern[str]
    changes: Sequence[Rule]
    whole_change: Callable[[str], str] = str

    def judge(self, shape: str) -> Kind:
        alter = self.alter.match(shape)
        if alter:
            return worst([_by(self.changes, self.whole_change(change)) for change in actions(shape[alter.end() :])])
        return _by(self.statements, shape)


def rule(form: str, kind: Kind = HARMLESS) -> Rule:
    return pattern(form), kind


def _by(rules: Sequence[Rule], shape: str) -> Kind:
    found = next((kind for form, kind in rules if form.fullmatch(shape)), NOT_KNOWN)
    words = shape.split(" ")
    if found.kind == CONTRACT:
        return found
    if REPLACED.intersection(words):
        return HIDDEN
    if found.kind == EXPAND:
        return found
    if TAKING.intersection(words) and found is NOT_KNOWN:
        return TAKES_AWAY
    if HIDING.intersection(words) or words[0] in HIDING_FIRST:
        return HIDDEN
    return found
