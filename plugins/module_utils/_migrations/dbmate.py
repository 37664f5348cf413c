# SPDX-License-Identifier: GPL-3.0-or-later
"""dbmate: a table with the digits that a file's name begins with. Private to hybrid.rollout."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ansible_collections.hybrid.rollout.plugins.module_utils._database.table import Table
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import Store
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.names_in_a_table import NamesInATable
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.rails import environment_beside


class Dbmate(NamesInATable):
    tool = "dbmate"
    title = "dbmate"
    columns = frozenset({"version"})
    table_name = re.compile("migration", re.IGNORECASE)
    key = "version"
    file_name = re.compile(r"(?P<key>[0-9]+)_?(?P<description>.*)\.sql")
    example = "20240131120000_create_users.sql"

    def find(self, tables: Sequence[Table]) -> list[Store]:
        """A Rails older than its second table has left the same one."""
        return [
            Store(self.tool, store.table, alternatives=("rails",))
            for store in super().find(tables)
            if environment_beside(store.table, tables) is None
        ]
