# SPDX-License-Identifier: GPL-3.0-or-later
"""Django: a row for each migration of each app. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ansible_collections.hybrid.rollout.plugins.module_utils._database.table import Table
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.compare_groups import compare_groups
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.database_locks import NOT_SEEN_FROM_HERE
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.django_migrations import migrations_of_apps
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.django_squashes import (
    never_to_run,
    with_squashed,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import (
    APPLIED,
    IGNORED,
    OUT_OF_ORDER,
    PENDING,
    History,
    Migration,
    Reading,
    Record,
    Standing,
    Store,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.silent_failure import silent_failure
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.table_rows import rows_of, text_or_none
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.tables_beside import has_exactly

ELSEWHERE = "of an app that the release's folder does not have, such as one of an installed package"
REFUSES = "needs it and is applied: Django calls that an inconsistent history, and refuses to migrate"


class Django:
    tool = "django"

    def find(self, tables: Sequence[Table]) -> list[Store]:
        return [Store(self.tool, table) for table in tables if has_exactly(table, {"id", "app", "name", "applied"})]

    def history(self, session: Reading, store: Store) -> History:
        found = sorted(rows_of(session, store.table, "id", "app", "name", "applied"), key=lambda row: int(row["id"]))
        records = [
            Record(f"{row['app']}.{row['name']}", APPLIED, version=str(row["name"]), at=text_or_none(row["applied"]))
            for row in found
        ]
        return History(store, records, NOT_SEEN_FROM_HERE, False, silent_failure("Django", session.kind))

    def migrations(self, folder: Path) -> list[Migration]:
        return migrations_of_apps(folder)

    def compare(self, history: History, migrations: Sequence[Migration]) -> list[Standing]:
        records = with_squashed(history.records, migrations)
        standings = compare_groups(records, migrations, ".", ELSEWHERE)
        idle = never_to_run(records, migrations)
        applied = {standing.name for standing in standings if standing.state == APPLIED}
        needed_by = {need: one.name for one in migrations if one.name in applied for need in one.needs}
        return [
            standing
            if standing.state != PENDING
            else replace(standing, state=IGNORED, detail=idle[standing.name])
            if standing.name in idle
            else replace(standing, state=OUT_OF_ORDER, detail=f"{needed_by[standing.name]} {REFUSES}")
            if standing.name in needed_by
            else standing
            for standing in standings
        ]
