# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of a tool's table, by columns that are named: a history may hold whole scripts beside them. Private to hybrid.rollout."""

from __future__ import annotations

from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._database.table import Table
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import Reading


def rows_of(session: Reading, table: Table, *columns: str) -> list[dict[str, Any]]:
    """Those of the columns that the table has, in the table's own writing; what it has not is None. In no order."""
    own = {column.lower(): column for column in table.columns}
    chosen = ", ".join(session.quoted(own[column]) for column in columns if column in own)
    rows = session.read(f"SELECT {chosen} FROM {session.quoted(table.schema, table.name)}")  # noqa: S608  (quoted)
    return [{column: row.get(column) for column in columns} for row in rows]


def text_or_none(value: object) -> Optional[str]:
    return None if value is None else str(value)
