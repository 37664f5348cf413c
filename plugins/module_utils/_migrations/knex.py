# SPDX-License-Identifier: GPL-3.0-or-later
"""Knex: file names, run in the order of their text, and a row for a lock. Private to hybrid.rollout."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ansible_collections.hybrid.rollout.plugins.module_utils._database.table import Table
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.database_locks import NOT_SEEN_FROM_HERE
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import Lock, Reading, Store
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.names_in_a_table import NamesInATable
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.table_rows import rows_of
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.tables_beside import (
    as_role,
    beside,
    has_exactly,
)


class Knex(NamesInATable):
    tool = "knex"
    title = "Knex"
    columns = frozenset({"id", "name", "batch", "migration_time"})
    key = "name"
    at = "migration_time"
    file_name = re.compile(r"(?P<key>[^.].*\.(?:co|coffee|eg|iced|js|cjs|mjs|litcoffee|ls|ts))")
    example = "20240131120000_create_users.js"
    without_file = (
        "Knex refuses to run without its file: an older build that migrates when it starts will refuse to start"
    )

    def find(self, tables: Sequence[Table]) -> list[Store]:
        return [Store(self.tool, store.table, _lock_beside(store.table, tables)) for store in super().find(tables)]

    def lock(self, session: Reading, store: Store) -> Lock:
        """The row is taken inside the transaction of the migrations: a run that is under way still shows it free."""
        taken = (
            [row for row in rows_of(session, store.others["lock"], "is_locked") if row["is_locked"]]
            if store.others
            else []
        )
        return Lock(held=True, outlives_holder=True) if taken else NOT_SEEN_FROM_HERE


def _lock_beside(table: Table, tables: Sequence[Table]) -> dict[str, Table]:
    name = f"{table.name}_lock".lower()
    found = [other for other in beside(table, tables) if has_exactly(other, {"index", "is_locked"})]
    return as_role("lock", [other for other in found if other.name.lower() == name])
