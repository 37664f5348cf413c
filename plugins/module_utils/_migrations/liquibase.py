# SPDX-License-Identifier: GPL-3.0-or-later
"""Liquibase: one row for each changeset that ended well, and a row as a lock. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._database.table import Table
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.compare import compare
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.liquibase_changelog import Changelogs
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.liquibase_checksum import VERSION
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.liquibase_names import name_of, phase_of
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import (
    APPLIED,
    FAILED,
    IGNORED,
    MISSING,
    PENDING,
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

COLUMNS = ("id", "author", "filename", "dateexecuted", "orderexecuted", "md5sum", "exectype")
LATER = ("description", "labels", "contexts")  # columns that old releases did not have
LOCK = ("id", "locked", "lockgranted", "lockedby")
STATES = {"MARK_RAN": SKIPPED, "FAILED": FAILED}
WHY_NOT = "Liquibase writes a row only for a changeset that ended well: one that failed half-way shows as pending"


class Liquibase:
    tool = "liquibase"

    def find(self, tables: Sequence[Table]) -> list[Store]:
        locks = [table for table in tables if table.has(*LOCK)]
        logs = [table for table in tables if table.has(*COLUMNS)]
        return [Store(self.tool, log, _named("lock", _lock_beside(log, locks))) for log in logs]

    def history(self, session: Reading, store: Store) -> History:
        rows = rows_of(session, store.table, *COLUMNS, *LATER)
        rows.sort(key=lambda row: (str(row["dateexecuted"]), int(row["orderexecuted"] or 0)))
        lock = _lock(session, store.others.get("lock"))
        records = [_record(row) for row in rows]
        return History(store, records, lock, failure_detectable=False, why_not=WHY_NOT, kind=session.kind)

    def migrations(self, folder: Path) -> list[Migration]:
        return Changelogs(folder).changesets()

    def compare(self, history: History, migrations: Sequence[Migration]) -> list[Standing]:
        records = [_with_a_sum_that_can_be_made(record) for record in history.records]
        standings = compare(records, migrations, same=str.lower)
        by_name = {migration.name: migration for migration in migrations}
        elsewhere = {_in_any_file(standing.name): standing.name for standing in standings if standing.state == MISSING}
        return [_pending(standing, by_name, history.kind, elsewhere) for standing in standings]


def _record(row: Mapping[str, Any]) -> Record:
    kind = str(row["exectype"] or "")
    return Record(
        name_of(str(row["filename"]), str(row["id"]), str(row["author"])),
        STATES.get(kind, APPLIED),
        description=str(row["description"] or ""),
        checksum=text_or_none(row["md5sum"]),
        repeatable=kind == "RERAN",
        phase=phase_of(row["labels"], row["contexts"])[0],
        at=text_or_none(row["dateexecuted"]),
        detail=kind,
    )


def _with_a_sum_that_can_be_made(record: Record) -> Record:
    """Another release of Liquibase made other sums of the same text: those say nothing of a change."""
    if record.checksum is None or record.checksum.startswith(VERSION):
        return record
    return replace(record, checksum=None)


def _pending(
    standing: Standing, migrations: Mapping[str, Migration], kind: str, elsewhere: Mapping[str, str]
) -> Standing:
    if standing.state != PENDING:
        return standing
    migration = migrations[standing.name]
    if migration.only_on and kind not in migration.only_on:
        return replace(standing, state=IGNORED, detail=f"only on {', '.join(migration.only_on)}")
    twin = elsewhere.get(_in_any_file(standing.name))
    if twin:
        hint = f"the database has it as {twin}: name the folder where Liquibase's paths begin, or it runs again"
        return replace(standing, detail=hint)
    return replace(standing, detail=migration.description)


def _in_any_file(name: str) -> str:
    return name.partition("::")[2].lower()


def _lock_beside(log: Table, locks: Sequence[Table]) -> Optional[Table]:
    """The one that is named after the log, or the only one there is: both can be given other names."""
    near = [lock for lock in locks if lock.schema == log.schema]
    named = [lock for lock in near if lock.name.lower() == f"{log.name}lock".lower()]
    return named[0] if named else near[0] if len(near) == 1 else None


def _named(role: str, table: Optional[Table]) -> dict[str, Table]:
    return {role: table} if table else {}


def _lock(session: Reading, table: Optional[Table]) -> Lock:
    """The row stays locked when its holder is killed: only its age and its host tell, and neither is a proof."""
    if table is None:
        return Lock(held=None, outlives_holder=True)
    for row in rows_of(session, table, *LOCK):
        if row["locked"] not in (None, 0, False, b"\x00"):
            return Lock(True, str(row["lockedby"] or ""), text_or_none(row["lockgranted"]), outlives_holder=True)
    return Lock(held=False, outlives_holder=True)
