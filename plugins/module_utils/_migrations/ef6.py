# SPDX-License-Identifier: GPL-3.0-or-later
"""Entity Framework 6: ids of migrations that ended well, for each context. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from ansible_collections.hybrid.rollout.plugins.module_utils._database.table import Table
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.compare import compare
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.database_locks import NOT_SEEN_FROM_HERE
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import (
    APPLIED,
    History,
    Migration,
    Reading,
    Record,
    Standing,
    Store,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.table_rows import rows_of

WHY_NOT = "EF6 writes a row only for a migration that ended well: one that failed half-way shows as pending"


class EF6:
    tool = "ef6"

    def find(self, tables: Sequence[Table]) -> list[Store]:
        return [Store(self.tool, table) for table in tables if table.has("migrationid", "model", "productversion")]

    def history(self, session: Reading, store: Store) -> History:
        """The column Model holds the whole model, compressed, and is not asked for."""
        rows = rows_of(session, store.table, "migrationid", "contextkey")
        records = [_record(str(row["migrationid"]), str(row["contextkey"] or "")) for row in rows]
        records.sort(key=lambda record: record.name.upper())
        return History(store, records, NOT_SEEN_FROM_HERE, failure_detectable=False, why_not=WHY_NOT, kind=session.kind)

    def migrations(self, folder: Path) -> NoReturn:
        raise BadInput(
            f"{folder}: EF6's migrations are in the release's assembly, and in no folder. Ship a manifest with the artifact:"
            " the names of the files in the project's Migrations folder, without their endings, are the ids"
        )

    def compare(self, history: History, migrations: Sequence[Migration]) -> list[Standing]:
        """Rows of contexts of which the release has nothing belong to another application in the same table."""
        names = {migration.name.upper() for migration in migrations}
        own = {record.description for record in history.records if record.name.upper() in names}
        records = [record for record in history.records if record.description in own or not own]
        ordered = [replace(migration, version=migration.name) for migration in migrations]
        return compare(records, ordered, place=str.upper, same=str.upper)


def _record(identity: str, context: str) -> Record:
    return Record(identity, APPLIED, identity, context, detail=f"context {context}" if context else "")
