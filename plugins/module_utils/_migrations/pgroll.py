# SPDX-License-Identifier: GPL-3.0-or-later
"""pgroll: one that is not done has been expanded, and its contract waits for pgroll complete. Private to hybrid.rollout."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._database.table import Table
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.compare import compare
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.database_locks import NOT_SEEN_FROM_HERE
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.migration_files import (
    files_named,
    place_in,
    text_of,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import (
    APPLIED,
    BASELINE,
    CONTRACT,
    IN_PROGRESS,
    History,
    Migration,
    Reading,
    Record,
    Standing,
    Store,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.table_rows import rows_of, text_or_none

COLUMNS = ("schema", "name", "migration", "created_at", "parent", "done", "resulting_schema")
FILE_NAME = re.compile(r"(?P<name>[^.].*)\.(?:json|ya?ml)")
EXPANDED = "expanded, and both shapes are there; its contract waits for pgroll complete"
INFERRED = "no migration of pgroll: a change by something else, which pgroll wrote down"
TAKEN_BACK = "pgroll takes a start that fails back, and keeps no row of it."


class Pgroll:
    tool = "pgroll"

    def find(self, tables: Sequence[Table]) -> list[Store]:
        return [Store(self.tool, table) for table in tables if table.has(*COLUMNS)]

    def history(self, session: Reading, store: Store) -> History:
        found = rows_of(session, store.table, "schema", "name", "done", "created_at", "migration_type")
        found.sort(key=lambda row: str(row["created_at"]))
        return History(store, [_record(row) for row in found], NOT_SEEN_FROM_HERE, False, TAKEN_BACK)

    def migrations(self, folder: Path) -> list[Migration]:
        found = files_named("pgroll", folder, FILE_NAME, "01_create_users.json")
        return [Migration(match["name"], file=place_in(folder, file), text=text_of(file)) for file, match in found]

    def compare(self, history: History, migrations: Sequence[Migration]) -> list[Standing]:
        inferred = [record for record in history.records if record.detail == INFERRED]
        return [
            *compare([record for record in history.records if record not in inferred], migrations),
            *(Standing(record.name, record.state, detail=record.detail) for record in inferred),
        ]


def _record(row: dict[str, Any]) -> Record:
    name, description, at = str(row["name"]), f"schema {row['schema']}", text_or_none(row["created_at"])
    if not row["done"]:
        return Record(name, IN_PROGRESS, None, description, phase=CONTRACT, at=at, detail=EXPANDED)
    kind = row["migration_type"]
    state = BASELINE if kind == "baseline" else APPLIED
    return Record(name, state, None, description, at=at, detail=INFERRED if kind == "inferred" else "")
