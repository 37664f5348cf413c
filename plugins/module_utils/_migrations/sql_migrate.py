# SPDX-License-Identifier: GPL-3.0-or-later
"""sql-migrate: file names, those with a number before them first. Private to hybrid.rollout."""

from __future__ import annotations

import re

from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.names_in_a_table import (
    NamesInATable,
    by_number,
)

NUMBER = re.compile("[0-9]*")


class SqlMigrate(NamesInATable):
    tool = "sql_migrate"
    title = "sql-migrate"
    columns = frozenset({"id", "applied_at"})
    table_name = re.compile("migration", re.IGNORECASE)
    key = "id"
    at = "applied_at"
    file_name = re.compile(r"(?P<key>[^.].*\.sql)")
    example = "1_create_users.sql"
    without_file = "sql-migrate calls it an unknown migration, and refuses to run: an older build that migrates when it starts will refuse to start"

    def place(self, name: str) -> tuple[tuple[bool, int, str], str]:
        found = NUMBER.match(name)
        return by_number(found.group() if found else ""), name
