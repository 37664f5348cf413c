# SPDX-License-Identifier: GPL-3.0-or-later
"""Rails: one table with the numbers alone, and another that names the environment. Private to hybrid.rollout."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Optional
from zlib import crc32

from ansible_collections.hybrid.rollout.plugins.module_utils._database.table import Table
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.database_locks import advisory_lock, named_lock
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import Lock, Reading, Store
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.names_in_a_table import (
    NamesInATable,
    by_number,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.tables_beside import beside, has_exactly

ENVIRONMENT = frozenset({"key", "value", "created_at", "updated_at"})
SALT = 2053462845


def environment_beside(table: Table, tables: Sequence[Table]) -> Optional[Table]:
    """Rails' second table, the only thing that tells its first one from those of others."""
    found = [other for other in beside(table, tables) if has_exactly(other, ENVIRONMENT)]
    return next((other for other in found if "metadata" in other.name.lower()), None)


class Rails(NamesInATable):
    tool = "rails"
    title = "Rails"
    columns = frozenset({"version"})
    table_name = re.compile("migration", re.IGNORECASE)
    key = "version"
    file_name = re.compile(r"(?P<key>[0-9]+)_(?P<description>[_a-z0-9]*)\.?[_a-z0-9]*\.rb")
    example = "20240131120000_create_users.rb"
    deep = True
    without_file = "Rails shows it as NO FILE, and goes on"

    def find(self, tables: Sequence[Table]) -> list[Store]:
        found = [(store, environment_beside(store.table, tables)) for store in super().find(tables)]
        return [Store(self.tool, store.table, {"environment": other}) for store, other in found if other]

    def lock(self, session: Reading, store: Store) -> Lock:
        key = SALT * crc32(session.database.encode())
        return named_lock(session, str(key)) if session.kind == "mysql" else advisory_lock(session, key)

    def name(self, key: str) -> str:
        return str(int(key))

    place = staticmethod(by_number)
