# SPDX-License-Identifier: GPL-3.0-or-later
"""Alembic: the heads alone are kept; what lies below them is in the release's files. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from ansible_collections.hybrid.rollout.plugins.module_utils._database.table import Table
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.alembic_revisions import revisions
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.database_locks import NOT_SEEN_FROM_HERE
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.graph_order import with_all_below
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import (
    AHEAD,
    APPLIED,
    PENDING,
    UNKNOWN,
    History,
    Migration,
    Reading,
    Record,
    Standing,
    Store,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.silent_failure import silent_failure
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.table_rows import rows_of
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.tables_beside import has_exactly

REFUSES = "Alembic cannot locate this revision: an older build will refuse to start if it migrates or asks for its revision then"


class Alembic:
    tool = "alembic"

    def find(self, tables: Sequence[Table]) -> list[Store]:
        return [Store(self.tool, table) for table in tables if has_exactly(table, {"version_num"})]

    def history(self, session: Reading, store: Store) -> History:
        heads = sorted(str(row["version_num"]) for row in rows_of(session, store.table, "version_num"))
        records = [Record(head, APPLIED, version=head, detail="a head") for head in heads]
        return History(store, records, NOT_SEEN_FROM_HERE, False, silent_failure("Alembic", session.kind))

    def migrations(self, folder: Path) -> list[Migration]:
        return revisions(folder)

    def compare(self, history: History, migrations: Sequence[Migration]) -> list[Standing]:
        """Below a head is applied. Where a head is unknown, so is what it stands on."""
        needs: Mapping[str, Sequence[str]] = {migration.name: migration.needs for migration in migrations}
        heads = [record.name for record in history.records]
        applied = with_all_below(heads, needs)
        unknown = [head for head in heads if head not in needs]
        rest = (
            UNKNOWN,
            f"the database stands at {', '.join(unknown)}, and what lies below that is not in this release",
        )
        states = {name: (APPLIED, "") if name in applied else rest if unknown else (PENDING, "") for name in needs}
        return [
            *(
                Standing(migration.name, state, migration.version, migration.phase, detail=detail)
                for migration, (state, detail) in zip(migrations, states.values())
            ),
            *(Standing(head, AHEAD, head, detail=REFUSES) for head in unknown),
        ]
