# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables known by their columns, and those that belong to them. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ansible_collections.hybrid.rollout.plugins.module_utils._database.table import Table


def has_exactly(table: Table, columns: Iterable[str]) -> bool:
    return {column.lower() for column in table.columns} == set(columns)


def beside(table: Table, tables: Sequence[Table]) -> list[Table]:
    """The other tables of its schema."""
    return [other for other in tables if other.schema == table.schema and other != table]


def as_role(role: str, found: Sequence[Table]) -> dict[str, Table]:
    """The others of a store where one is enough, and may be missing."""
    return {role: found[0]} if found else {}
