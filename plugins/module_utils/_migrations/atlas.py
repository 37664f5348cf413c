# SPDX-License-Identifier: GPL-3.0-or-later
"""Atlas: a row for each version with how much of it ran, and what it said when it stopped. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._database.table import Table
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.atlas_files import versions
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.compare import compare
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.database_locks import (
    NOT_SEEN_FROM_HERE,
    advisory_lock,
    named_lock,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import (
    APPLIED,
    BASELINE,
    FAILED,
    IN_PROGRESS,
    SKIPPED,
    History,
    Lock,
    Migration,
    Reading,
    Record,
    Standing,
    Store,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.table_rows import rows_of, text_or_none

COLUMNS = ("version", "description", "type", "applied", "total", "executed_at", "error", "hash", "operator_version")
IS_BASELINE, IS_EXECUTED, IS_RESOLVED = 1, 2, 4
OWN_ROW = ".atlas_cloud_identifier"
LOCK = "atlas_migrate_execute"
LOCK_NUMBER = 2686470616  # FNV-1 of the name, in 32 bits
CUMULATIVE = "whether it was edited cannot be told: the hash of Atlas covers the files before it, and one of those is another now"


class Atlas:
    tool = "atlas"

    def find(self, tables: Sequence[Table]) -> list[Store]:
        return [Store(self.tool, table) for table in tables if table.has(*COLUMNS)]

    def history(self, session: Reading, store: Store) -> History:
        lock = _lock(session)
        found = sorted(rows_of(session, store.table, *COLUMNS), key=lambda row: str(row["version"]))
        records = [_record(row, lock) for row in found if row["version"] != OWN_ROW]
        return History(store, records, lock, failure_detectable=True)

    def migrations(self, folder: Path) -> list[Migration]:
        return versions(folder)

    def compare(self, history: History, migrations: Sequence[Migration]) -> list[Standing]:
        blurred = _after_a_change(history.records, migrations)
        seen = [replace(one, checksums=()) if one.name in blurred else one for one in migrations]
        return [
            replace(standing, detail=standing.detail or CUMULATIVE)
            if standing.name in blurred and standing.state == APPLIED
            else standing
            for standing in compare(history.records, seen, place=str)
        ]


def _record(row: dict[str, Any], lock: Lock) -> Record:
    name, kind = str(row["version"]), int(row["type"])
    state, detail = APPLIED, ""
    if row["error"] or int(row["applied"]) < int(row["total"]):
        state = IN_PROGRESS if lock.held and not row["error"] else FAILED
        detail = f"{row['applied']} of {row['total']} statements; {row['error'] or 'no error is written'}"
    elif kind & IS_BASELINE:
        state = BASELINE
    elif kind & IS_RESOLVED:
        state = APPLIED if kind & IS_EXECUTED else SKIPPED
        detail = "marked as resolved by hand"
    description = str(row["description"] or "")
    return Record(
        name, state, name, description, row["hash"] or None, at=text_or_none(row["executed_at"]), detail=detail
    )


def _after_a_change(records: Sequence[Record], migrations: Sequence[Migration]) -> set[str]:
    """Those that come after the first file which is another than when it ran, or which came in between later."""
    by_name = {record.name: record for record in records}
    below = max((record.name for record in records if record.state == BASELINE), default="")
    for index, migration in enumerate(migrations):
        record = by_name.get(migration.name)
        if record is None:
            changed = migration.name > below
        else:
            changed = (
                record.checksum is not None and bool(migration.checksums) and record.checksum not in migration.checksums
            )
        if changed:
            return {later.name for later in migrations[index + 1 :]}
    return set()


def _lock(session: Reading) -> Lock:
    if session.kind == "mysql":
        return named_lock(session, LOCK)
    return advisory_lock(session, LOCK_NUMBER) if session.kind == "postgresql" else NOT_SEEN_FROM_HERE
