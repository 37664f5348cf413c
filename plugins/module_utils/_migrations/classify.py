# SPDX-License-Identifier: GPL-3.0-or-later
"""What each statement of a migration is to the release that still runs, by an allow-list for each server. Private to hybrid.rollout.

It may veto and ask. It is no authority: that nothing dangerous was found makes nothing an expand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ansible_collections.hybrid.rollout.plugins.module_utils._migrations import (
    classify_mssql,
    classify_mysql,
    classify_postgresql,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.classify_finding import (
    OPAQUE,
    Finding,
    Kind,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.classify_rules import Rules
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.classify_shape import shape
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.classify_statements import statements
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.go_batches import batches
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.sql_tokens import MSSQL, MYSQL, POSTGRESQL

KNOWN = (POSTGRESQL, MSSQL, MYSQL)
CLIENT = Kind(OPAQUE, "sqlcmd puts other text in its place (:r, :setvar or !!) before the server sees it")
SHOWN = 90


def classify(script: str, engine: str, edition: str = "") -> Sequence[Finding]:
    """``engine`` is one of KNOWN, ``edition`` SQL Server's own word for it, empty if nobody knows it."""
    if engine == MSSQL:
        return list(_in_batches(script, classify_mssql.rules(edition)))
    rules = classify_postgresql.RULES if engine == POSTGRESQL else classify_mysql.RULES
    return list(_judged(script, engine, rules, 1))


def _in_batches(script: str, rules: Rules) -> Iterator[Finding]:
    for batch in batches(script):
        if batch.for_client:
            yield Finding(CLIENT, batch.line, "")
        yield from _judged(batch.text, MSSQL, rules, batch.line)


def _judged(script: str, engine: str, rules: Rules, first_line: int) -> Iterator[Finding]:
    for statement in statements(script, engine):
        words = shape(statement)
        yield Finding(rules.judge(words), first_line + statement[0].line - 1, words[:SHOWN])
