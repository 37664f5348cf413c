# SPDX-License-Identifier: GPL-3.0-or-later
"""Flyway: one row for each run, and rows that take earlier ones back. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._database.table import Table
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.compare import compare
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.flyway_files import (
    migrations_in,
    with_its_own_name,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.flyway_lock import lock_of
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.flyway_versions import (
    BASELINE_SCRIPT,
    name_of,
    place,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import (
    APPLIED,
    BASELINE,
    FAILED,
    IGNORED,
    OUTDATED,
    SUPERSEDED,
    UNDONE,
    History,
    Migration,
    Reading,
    Record,
    Standing,
    Store,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.table_rows import rows_of, text_or_none

COLUMNS = ("installed_rank", "version", "description", "type", "script", "checksum", "installed_on", "success")
MARKERS = ("SCHEMA", "TABLE")  # rows that tell of no migration
WRITES_FAILURES = ("mysql", "oracle")  # where a change of a table ends the transaction that it is in
NO_ROW_WHEN_KILLED = "Flyway writes a row for a migration that ended with an error, and none for one that was killed, whose first half stays"
ROLLED_BACK = (
    "here Flyway runs a migration in a transaction, and one that fails is rolled back with its row: it shows as pending."
    " One that has to run outside of a transaction (CREATE INDEX CONCURRENTLY) may leave half of its work and no row"
)


class Flyway:
    tool = "flyway"

    def find(self, tables: Sequence[Table]) -> list[Store]:
        return [Store(self.tool, table) for table in tables if table.has(*COLUMNS, "installed_by", "execution_time")]

    def history(self, session: Reading, store: Store) -> History:
        rows = rows_of(session, store.table, *COLUMNS)
        lock = lock_of(session, store.table)
        why_not = NO_ROW_WHEN_KILLED if session.kind in WRITES_FAILURES else ROLLED_BACK
        return History(store, _records(rows), lock, failure_detectable=False, why_not=why_not, kind=session.kind)

    def migrations(self, folder: Path) -> list[Migration]:
        return migrations_in(folder)

    def compare(self, history: History, migrations: Sequence[Migration]) -> list[Standing]:
        named = [with_its_own_name(migration) for migration in migrations]
        wanted = [migration for migration in named if not migration.name.startswith(BASELINE_SCRIPT)]
        first = None if any(record.version for record in history.records) else _newest_baseline(named)
        standings = compare(history.records, [first, *wanted] if first else wanted, place=place)
        if first:
            standings = [_below(first, standing) for standing in standings]
        texts = {migration.name: migration.text or "" for migration in named}
        return [_unless_placeholders(standing, texts.get(standing.name, "")) for standing in standings]


def _records(rows: Sequence[Mapping[str, Any]]) -> list[Record]:
    records: list[Record] = []
    for row in sorted(rows, key=lambda row: int(row["installed_rank"])):
        kind = str(row["type"]).upper()
        if kind in MARKERS:
            continue
        record = _record(row, kind, records)
        if kind == "DELETE":
            records = _earlier(records, record.name, UNDONE, "Deleted")
        elif kind.startswith("UNDO") and row["success"]:
            records = _earlier(records, record.name, UNDONE, "Undone")
        elif record.repeatable:
            records = [*_earlier(records, record.name, SUPERSEDED, "Superseded"), record]
        else:
            records.append(record)
    return records


def _record(row: Mapping[str, Any], kind: str, before: Sequence[Record]) -> Record:
    version, description = text_or_none(row["version"]), str(row["description"] or "")
    state, said = _state(row, kind, before)
    return Record(
        name_of(version, description, baseline_script=kind.endswith("_BASELINE")),
        state,
        version,
        description,
        checksum=text_or_none(row["checksum"]),
        repeatable=version is None,
        at=text_or_none(row["installed_on"]),
        detail=said,
    )


def _state(row: Mapping[str, Any], kind: str, before: Sequence[Record]) -> tuple[str, str]:
    if not row["success"]:
        return FAILED, "Failed"
    if kind.endswith("BASELINE"):
        return BASELINE, "Baseline"
    versions = [place(record.version) for record in before if record.version and record.state != UNDONE]
    late = row["version"] is not None and bool(versions) and place(str(row["version"])) < max(versions)
    return APPLIED, "Out of Order" if late else "Success"


def _earlier(records: Sequence[Record], name: str, state: str, said: str) -> list[Record]:
    return [replace(record, state=state, detail=said) if record.name == name else record for record in records]


def _newest_baseline(migrations: Sequence[Migration]) -> Optional[Migration]:
    scripts = [migration for migration in migrations if migration.name.startswith(BASELINE_SCRIPT)]
    return max(scripts, key=lambda migration: place(migration.version or ""), default=None)


def _below(baseline: Migration, standing: Standing) -> Standing:
    """An empty database begins with the newest baseline script, and never sees what that one stands for."""
    if standing.version is None or standing.name == baseline.name:
        return standing
    if place(standing.version) > place(baseline.version or ""):
        return standing
    return replace(standing, state=IGNORED, detail=f"not above {baseline.file or baseline.name}, which comes first")


def _unless_placeholders(standing: Standing, text: str) -> Standing:
    """Flyway sums a repeatable script up after it has filled in placeholders, whose values are not known here."""
    if standing.state != OUTDATED or "${" not in text:
        return standing
    return replace(standing, detail=f"{standing.detail}; it has placeholders, so perhaps only those were filled in")
