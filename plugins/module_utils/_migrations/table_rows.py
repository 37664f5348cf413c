# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of a tool's table, in whatever case the database keeps its names. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import Reading, Table


def rows(session: Reading, table: Table, *columns: str, order: Sequence[str] = ()) -> list[dict[str, Any]]:
    """These columns of every row; the columns are named here in lower case."""
    quoted = {column.lower(): session.quoted(column) for column in table.columns}
    words = [
        "SELECT",
        ", ".join(quoted[column] for column in columns),
        "FROM",
        session.quoted(table.schema, table.name),
    ]
    if order:
        words += ["ORDER BY", ", ".join(quoted[column] for column in order)]
    return session.read(" ".join(words))


def has_exactly(table: Table, columns: Iterable[str]) -> bool:
    return {column.lower() for column in table.columns} == set(columns)


def beside(table: Table, tables: Sequence[Table]) -> list[Table]:
    """The other tables of its schema."""
    return [other for other in tables if other.schema == table.schema and other != table]


def as_role(role: str, found: Sequence[Table]) -> dict[str, Table]:
    """The others of a store where one is enough, and may be missing."""
    return {role: found[0]} if found else {}


def moment(value: object) -> Optional[str]:
    """When, in the database's own words."""
    return None if value is None else str(value)


def rows_of(session: Reading, table: Table, *columns: str) -> list[dict[str, Any]]:
    """Those of the columns that the table has, in the table's own writing; what it has not is None. In no order."""
    own = {column.lower(): column for column in table.columns}
    chosen = ", ".join(session.quoted(own[column]) for column in columns if column in own)
    rows = session.read(f"SELECT {chosen} FROM {session.quoted(table.schema, table.name)}")  # noqa: S608  (quoted)
    return [{column: row.get(column) for column in columns} for row in rows]


text_or_none = moment
