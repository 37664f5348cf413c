# SPDX-License-Identifier: GPL-3.0-or-later
"""EF Core: the ids of migrations that ended well, and nothing else. Private to hybrid.rollout.

Several contexts may share a table, which has no column for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NoReturn, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._database.table import Table
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.compare import compare
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.database_locks import (
    FREE,
    NOT_SEEN_FROM_HERE,
    application_lock,
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
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.table_rows import rows_of, text_or_none

WRITINGS = (("migrationid", "productversion"), ("migration_id", "product_version"))  # a convention of names may apply
OF_EF6 = ("contextkey", "model")
LOCK = "__EFMigrationsLock"
LOCKS_SINCE = 9
WHY_NOT = "EF Core writes a row only for a migration that ended well: one that failed half-way shows as pending"


class EFCore:
    tool = "efcore"

    def find(self, tables: Sequence[Table]) -> list[Store]:
        locks = [table for table in tables if table.name.lower() == LOCK.lower() and table.has("id", "timestamp")]
        return [Store(self.tool, table, _lock_beside(table, locks)) for table in tables if _columns_of(table)]

    def history(self, session: Reading, store: Store) -> History:
        """Under EF Core's lock on PostgreSQL (ACCESS EXCLUSIVE on this table) no row can be read, and Locked is raised."""
        identity, product = _columns_of(store.table) or WRITINGS[0]
        rows = rows_of(session, store.table, identity, product)
        newest = max((_release(text_or_none(row[product])) for row in rows), default=0)
        records = [_record(str(row[identity]), text_or_none(row[product])) for row in rows]
        records.sort(key=lambda record: record.name.upper())
        lock = _lock(session, store.others.get("lock"), newest)
        return History(store, records, lock, failure_detectable=False, why_not=WHY_NOT, kind=session.kind)

    def migrations(self, folder: Path) -> NoReturn:
        raise BadInput(
            f"{folder}: EF Core's migrations are in the release's assembly, and in no folder. Ship a manifest with the artifact:"
            " where it is built, `dotnet ef migrations list --json --no-connect` writes the ids"
        )

    def compare(self, history: History, migrations: Sequence[Migration]) -> list[Standing]:
        ordered = [replace(migration, version=migration.name) for migration in migrations]
        standings = compare(history.records, ordered, place=str.upper, same=str.upper)
        return [_or_another_context(standing) for standing in standings]


def _columns_of(table: Table) -> Optional[tuple[str, str]]:
    if any(table.has(column) for column in OF_EF6):
        return None
    return next((columns for columns in WRITINGS if table.has(*columns)), None)


def _record(identity: str, product: Optional[str]) -> Record:
    return Record(
        identity, APPLIED, identity, identity.partition("_")[2], detail=f"EF Core {product}" if product else ""
    )


def _release(product: Optional[str]) -> int:
    digits = (product or "").partition(".")[0]
    return int(digits) if digits.isdigit() else 0


def _lock_beside(table: Table, locks: Sequence[Table]) -> Mapping[str, Table]:
    lock = next((lock for lock in locks if lock.schema == table.schema), None)
    return {"lock": lock} if lock else {}


def _or_another_context(standing: Standing) -> Standing:
    if standing.state not in (MISSING, AHEAD):
        return standing
    return replace(standing, detail="not in the release, or of another context that shares the table")


def _lock(session: Reading, table: Optional[Table], newest: int) -> Lock:
    """Releases before 9 take no lock, so what is free says nothing if none that is newer has been here."""
    lock = NOT_SEEN_FROM_HERE
    if session.kind == "mssql":
        lock = application_lock(session, LOCK)
    elif session.kind == "sqlite":
        rows = rows_of(session, table, "timestamp") if table else []
        # The row stays when its holder is killed, and EF Core then waits without end.
        lock = Lock(bool(rows), since=text_or_none(rows[0]["timestamp"]) if rows else None, outlives_holder=True)
    elif session.kind == "postgresql":
        lock = FREE  # the table has just been read
    return lock if lock.held or newest >= LOCKS_SINCE else replace(lock, held=None)
