# SPDX-License-Identifier: GPL-3.0-or-later
"""DbUp: the names of scripts that ended well. Private to hybrid.rollout.

A script that always runs is never written down, and so it always shows as pending.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ansible_collections.hybrid.rollout.plugins.module_utils._database.table import Table
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.compare import compare
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.database_locks import NOT_SEEN_FROM_HERE
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import (
    APPLIED,
    MISSING,
    PENDING,
    History,
    Migration,
    Reading,
    Record,
    Standing,
    Store,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.release_files import files_below, text_of
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.table_rows import rows_of, text_or_none

KEYS = ("id", "schemaversionsid", "schemaversionid")  # by database
WHY_NOT = "DbUp writes a row only for a script that ended well: one that failed half-way shows as pending"


class DbUp:
    tool = "dbup"

    def find(self, tables: Sequence[Table]) -> list[Store]:
        return [Store(self.tool, table) for table in tables if table.has("scriptname", "applied") and _key(table)]

    def history(self, session: Reading, store: Store) -> History:
        key = _key(store.table)
        rows = sorted(rows_of(session, store.table, key, "scriptname", "applied"), key=lambda row: int(row[key]))
        records = [Record(str(row["scriptname"]), APPLIED, at=text_or_none(row["applied"])) for row in rows]
        return History(store, records, NOT_SEEN_FROM_HERE, failure_detectable=False, why_not=WHY_NOT, kind=session.kind)

    def migrations(self, folder: Path) -> list[Migration]:
        """As DbUp names files. Scripts in an assembly have longer names (Assembly.Folder.Script.sql): they take a manifest."""
        files = {".".join(file.relative_to(folder).parts): file for file in files_below(folder, ".sql")}
        return [
            Migration(name, file=str(files[name].relative_to(folder)), text=text_of(files[name]))
            for name in sorted(files)
        ]

    def compare(self, history: History, migrations: Sequence[Migration]) -> list[Standing]:
        standings = compare(history.records, migrations)
        unknown = [standing.name for standing in standings if standing.state == MISSING]
        return [_with_a_hint(standing, unknown) for standing in standings]


def _key(table: Table) -> str:
    return next((key for key in KEYS if table.has(key)), "")


def _with_a_hint(standing: Standing, unknown: Sequence[str]) -> Standing:
    """The same script under another name runs again: that may be meant, and is said instead of guessed away."""
    twin = next((name for name in unknown if name.endswith("." + standing.name)), None)
    if standing.state != PENDING or twin is None:
        return standing
    hint = f"the database has it as {twin}: if scripts are in an assembly, ship a manifest of their names, or it runs again"
    return replace(standing, detail=hint)
