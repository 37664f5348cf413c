# SPDX-License-Identifier: GPL-3.0-or-later
"""Tools whose table has one row for each applied migration, under the name or the number of its file. Private to hybrid.rollout."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._database.table import Table
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.compare import compare
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.database_locks import NOT_SEEN_FROM_HERE
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.migration_files import (
    files_named,
    place_in,
    text_of,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import (
    AHEAD,
    APPLIED,
    MISSING,
    History,
    Lock,
    Migration,
    Reading,
    Record,
    Standing,
    Store,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.silent_failure import silent_failure
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.table_rows import rows_of, text_or_none
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.tables_beside import has_exactly


class NamesInATable:
    """What these tools share; each says its own table, file names and order."""

    tool: str
    title: str  # as its makers write it
    columns: frozenset[str]
    table_name = re.compile("")  # where the columns are too plain to tell the table from any other
    key: str  # the column that names a migration
    at: Optional[str] = None
    file_name: re.Pattern[str]  # group "key" is what the table has, "description" the rest
    example: str
    deep = False  # whether folders below are read as well
    without_file = ""  # what the tool does about a row that the release has no file for

    def find(self, tables: Sequence[Table]) -> list[Store]:
        return [Store(self.tool, table) for table in tables if self.is_bookkeeping(table)]

    def is_bookkeeping(self, table: Table) -> bool:
        return has_exactly(table, self.columns) and (table.named or bool(self.table_name.search(table.name)))

    def history(self, session: Reading, store: Store) -> History:
        records = sorted(self.records(session, store), key=lambda record: self.place(record.name))
        return History(store, records, self.lock(session, store), False, silent_failure(self.title, session.kind))

    def records(self, session: Reading, store: Store) -> list[Record]:
        found = rows_of(session, store.table, *[column for column in (self.key, self.at) if column])
        named = [(str(row[self.key]), text_or_none(row[self.at]) if self.at else None) for row in found]
        return [Record(name, APPLIED, version=name, at=at) for name, at in named]

    def lock(self, session: Reading, store: Store) -> Lock:
        return NOT_SEEN_FROM_HERE

    def migrations(self, folder: Path) -> list[Migration]:
        found = [
            self.migration(folder, file, match)
            for file, match in files_named(self.title, folder, self.file_name, self.example, deep=self.deep)
        ]
        return sorted(found, key=lambda migration: self.place(migration.name))

    def migration(self, folder: Path, file: Path, match: re.Match[str]) -> Migration:
        parts = match.groupdict()
        name = self.name(parts["key"])
        description = parts.get("description") or ""
        return Migration(name, name, description, file=place_in(folder, file), text=text_of(file))

    def name(self, key: str) -> str:
        """What the table calls a file."""
        return key

    def place(self, name: str) -> tuple[Any, ...]:
        """Where the tool would run it among the others."""
        return (name,)

    def compare(self, history: History, migrations: Sequence[Migration]) -> list[Standing]:
        return [
            replace(standing, detail=self.without_file) if standing.state in (AHEAD, MISSING) else standing
            for standing in compare(history.records, migrations, place=self.place)
        ]


def by_number(name: str) -> tuple[bool, int, str]:
    """As a number, however many zeros stand before it; what is no number comes last."""
    return (False, int(name), "") if name.isdecimal() else (True, 0, name)
