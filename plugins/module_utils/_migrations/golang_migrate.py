# SPDX-License-Identifier: GPL-3.0-or-later
"""golang-migrate: one row with the number it stands at, and whether it stumbled there. Private to hybrid.rollout."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Optional
from zlib import crc32

from ansible_collections.hybrid.rollout.plugins.module_utils._database.table import Table
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.database_locks import (
    NOT_SEEN_FROM_HERE,
    advisory_lock,
    application_lock,
    named_lock,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.migration_files import (
    files_named,
    place_in,
    text_of,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import (
    AHEAD,
    APPLIED,
    FAILED,
    IN_PROGRESS,
    MISSING,
    PENDING,
    History,
    Lock,
    Migration,
    Reading,
    Record,
    Standing,
    Store,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.names_in_a_table import by_number
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.table_rows import rows_of
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.tables_beside import has_exactly

FILE_NAME = re.compile(r"(?P<version>[0-9]+)_(?P<description>.*)\.up\..*")
SALT = 1486364155
DIRTY = "dirty: it failed half-way, or the run was killed; mend it by hand, then migrate force"
DIRTY_OR_RUNNING = "dirty: it failed half-way, or it is running now, which cannot be seen from here"
NO_FILE = "golang-migrate finds no migration for it, and refuses to run: an older build that migrates when it starts will refuse to start"


class GolangMigrate:
    tool = "golang_migrate"

    def find(self, tables: Sequence[Table]) -> list[Store]:
        return [Store(self.tool, table) for table in tables if has_exactly(table, {"version", "dirty"})]

    def history(self, session: Reading, store: Store) -> History:
        lock = _lock(session, store.table)
        records = [
            _record(int(row["version"]), bool(row["dirty"]), lock)
            for row in rows_of(session, store.table, "version", "dirty")
        ]
        return History(store, records, lock, failure_detectable=True)

    def migrations(self, folder: Path) -> list[Migration]:
        found = files_named("golang-migrate", folder, FILE_NAME, "1_create_users.up.sql")
        named = [(str(int(match["version"])), match["description"], file) for file, match in found]
        migrations = [
            Migration(version, version, description, file=place_in(folder, file), text=text_of(file))
            for version, description, file in named
        ]
        return sorted(migrations, key=lambda migration: int(migration.name))

    def compare(self, history: History, migrations: Sequence[Migration]) -> list[Standing]:
        """The one row stands for all that are not above it."""
        stand = next(iter(history.records), None)
        standings = [_standing(migration, stand) for migration in migrations]
        if stand and stand.name not in {migration.name for migration in migrations}:
            standings.append(_without_file(stand, migrations))
        return sorted(standings, key=lambda standing: by_number(standing.name))


def _record(version: int, dirty: bool, lock: Lock) -> Record:
    name = str(version)
    if not dirty:
        return Record(name, APPLIED, version=name)
    if lock.held:
        return Record(name, IN_PROGRESS, version=name, detail="dirty, and the lock is held")
    return Record(name, FAILED, version=name, detail=DIRTY if lock.held is False else DIRTY_OR_RUNNING)


def _standing(migration: Migration, stand: Optional[Record]) -> Standing:
    state, detail = PENDING, ""
    if stand and migration.name == stand.name:
        state, detail = stand.state, stand.detail
    elif stand and int(migration.name) < int(stand.name):
        state, detail = APPLIED, f"not above {stand.name}, the only number that golang-migrate keeps"
    return Standing(migration.name, state, migration.version, migration.phase, detail=detail)


def _without_file(stand: Record, migrations: Sequence[Migration]) -> Standing:
    above = all(int(migration.name) < int(stand.name) for migration in migrations)
    detail = f"{stand.detail}; {NO_FILE}".lstrip("; ")
    state = stand.state if stand.state != APPLIED else AHEAD if above else MISSING
    return Standing(stand.name, state, stand.version, detail=detail)


def lock_number(*names: str) -> int:
    return crc32("\0".join(names).encode()) * SALT % 2**32


def _lock(session: Reading, table: Table) -> Lock:
    if session.kind == "postgresql":
        return advisory_lock(session, lock_number(table.schema, table.name, session.database))
    if session.kind == "mysql":
        return named_lock(session, str(lock_number(f"{session.database}:{table.name}")))
    if session.kind == "mssql":
        return application_lock(session, str(lock_number(table.schema, session.database)))
    return NOT_SEEN_FROM_HERE
