# SPDX-License-Identifier: GPL-3.0-or-later
"""What sqlglot reads in SQL for PostgreSQL, MySQL and SQL Server: the kind of each statement, held against a list. Private to hybrid.rollout."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.go_batches import batches
from ansible_collections.hybrid.rollout.plugins.plugin_utils._opinions.opinion import Opinion

try:
    import sqlglot
    from sqlglot import exp
except ImportError:
    HAS_SQLGLOT = False
else:
    HAS_SQLGLOT = True

DIALECTS = {"postgresql": "postgres", "mysql": "mysql", "mssql": "tsql"}
HARMLESS = ("Commit", "Comment", "Semicolon", "Set", "Transaction")
TAKES_AWAY = ("AlterRename", "Drop", "DropPartition", "RenameColumn", "Revoke", "TruncateTable")
NEW = ("SCHEMA", "SEQUENCE", "TABLE", "VIEW")


def opinions(sql: str, engine: str) -> list[Opinion]:
    if not HAS_SQLGLOT:
        raise BadInput(
            "opinions names sqlglot, and it is not on the controller. Try: pip install sqlglot, into the Python of Ansible."
        )
    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)  # what it says there is told as an opinion
    # sqlglot knows no GO: it would take it and what follows for one command.
    parts = [(batch.text, batch.line) for batch in batches(sql)] if engine == "mssql" else [(sql, 1)]
    return [opinion for text, line in parts for opinion in _of_one(text, line, DIALECTS[engine])]


def _of_one(sql: str, first_line: int, dialect: str) -> Iterator[Opinion]:
    try:
        statements = sqlglot.parse(sql, read=dialect)
    except sqlglot.errors.SqlglotError as error:
        yield Opinion(False, first_line, f"it cannot be read: {str(error).splitlines()[0]}")
        return
    for statement in statements:
        opinion = _judged(statement, first_line) if statement else None
        if opinion:
            yield opinion


def _judged(statement: exp.Expr, first_line: int) -> Optional[Opinion]:
    line = first_line - 1 + min((node.meta["line"] for node in statement.walk() if "line" in node.meta), default=1)
    kind = type(statement).__name__
    if kind == "Alter":
        return _altered(statement, line)
    if kind in TAKES_AWAY:
        return Opinion(True, line, f"{kind} takes something away")
    if kind == "Create" and statement.args.get("kind") == "INDEX":
        return _new_index(statement, line)
    if kind == "Create" and statement.args.get("kind") in NEW and not statement.args.get("replace"):
        return None
    if kind in HARMLESS:
        return None
    return Opinion(False, line, f"{kind} is nothing that it knows as harmless")


def _new_index(statement: exp.Expr, line: int) -> Optional[Opinion]:
    if statement.args.get("unique"):
        return Opinion(True, line, "a unique index refuses what the old release may write")
    if not statement.args.get("concurrently"):
        return Opinion(False, line, "others may not write while the index is built")
    return None


def _altered(statement: exp.Expr, line: int) -> Optional[Opinion]:
    for action in statement.args.get("actions") or [statement]:
        kind = type(action).__name__
        if kind in TAKES_AWAY:
            return Opinion(True, line, f"{kind} takes something away")
        if kind != "ColumnDef":
            return Opinion(False, line, f"{kind} is nothing that it knows as harmless")
        if _has_to_have_a_value(action):
            return Opinion(True, line, "a new column has to have a value and has no default")
    return None


def _has_to_have_a_value(column: exp.Expr) -> bool:
    kinds = [constraint.kind for constraint in column.find_all(exp.ColumnConstraint)]
    required = any(isinstance(kind, exp.NotNullColumnConstraint) and not kind.args.get("allow_null") for kind in kinds)
    defaults = [kind.this for kind in kinds if isinstance(kind, exp.DefaultColumnConstraint)]
    return required and all(isinstance(value, exp.Null) for value in defaults)
