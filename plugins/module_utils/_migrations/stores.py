# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose bookkeeping a database holds: every reader is asked, and what is ambiguous is said to be. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._database.model import Locked
from ansible_collections.hybrid.rollout.plugins.module_utils._database.table import Table
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput, NotFound
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import History, Lock, Reading, Store
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.reader import READERS, Reader

LOCKED = "somebody holds a lock on its table, as a migration under way does, so nothing could be read"


@dataclass(frozen=True)
class Wanted:
    """What the user named of the bookkeeping: a tool, a table, both or nothing."""

    tool: Optional[str] = None
    schema: str = ""
    table: str = ""

    @staticmethod
    def by(tool: Optional[str], table: Optional[str]) -> Wanted:
        if tool is not None and tool not in READERS:
            raise BadInput(f"tool is {tool!r}, which nothing here reads; there are {', '.join(sorted(READERS))}.")
        schema, _dot, name = (table or "").rpartition(".")
        if table is not None and not name:
            raise BadInput(f"table is {table!r}: write a table's name, or schema.name.")
        return Wanted(tool, schema, name)

    def readers(self) -> Mapping[str, Reader]:
        return {tool: reader for tool, reader in READERS.items() if self.tool in (None, tool)}

    def among(self, tables: Sequence[Table]) -> list[Table]:
        """As written, or else in any case: a name that was created without quotes has the database's own."""
        if not self.table:
            return list(tables)
        exact = [table for table in tables if self._is(table.schema, table.name, self.schema, self.table)]
        any_case = [
            table
            for table in tables
            if self._is(table.schema.lower(), table.name.lower(), self.schema.lower(), self.table.lower())
        ]
        return exact or any_case

    @staticmethod
    def _is(schema: str, name: str, wanted_schema: str, wanted_name: str) -> bool:
        return name == wanted_name and wanted_schema in ("", schema)


def stores_among(tables: Sequence[Table], wanted: Wanted) -> list[Store]:
    """One store for each table that a tool made, in the order of their names. A tool that the user names has no alternatives."""
    meant = {(table.schema, table.name): table for table in wanted.among(tables)}
    if wanted.table and not meant:
        raise NotFound(
            f"There is no table {wanted.schema or '(any schema)'}.{wanted.table} among the {len(tables)} tables that this account can see. "
            "Check the name, the database, and what the account may see."
        )
    named = bool(wanted.tool and wanted.table)
    seen = [replace(table, named=named and (table.schema, table.name) in meant) for table in tables]
    claims: dict[tuple[str, str], list[Store]] = {}
    for _tool, reader in sorted(wanted.readers().items()):
        for store in reader.find(seen):
            place = (store.table.schema, store.table.name)
            if place in meant:
                claims.setdefault(place, []).append(store)
    if wanted.table and not claims:
        raise NotFound(_of_no_tool(list(meant.values()), wanted))
    found = [_one_of(claimants) for _place, claimants in sorted(claims.items())]
    return [replace(store, alternatives=()) for store in found] if wanted.tool else found


def _one_of(claimants: Sequence[Store]) -> Store:
    """A reader that is sure goes before one that names alternatives; who else claims the table is an alternative."""
    chosen = min(claimants, key=lambda store: len(store.alternatives))
    others = {store.tool for store in claimants} | set(chosen.alternatives)
    return replace(chosen, alternatives=tuple(sorted(others - {chosen.tool})))


def _of_no_tool(tables: Sequence[Table], wanted: Wanted) -> str:
    found = "; ".join(f"{table.schema}.{table.name} has {', '.join(table.columns)}" for table in tables)
    return f"No bookkeeping of {wanted.tool or 'any tool that is known here'} has such columns: {found}."


def history_of(session: Reading, store: Store) -> History:
    """What the bookkeeping says. A table that is locked is a migration under way, as far as can be seen, and no error."""
    try:
        return READERS[store.tool].history(session, store)
    except Locked:
        return History(store, (), Lock(held=True, holder=""), failure_detectable=False, why_not=LOCKED, readable=False)
