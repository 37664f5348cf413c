# SPDX-License-Identifier: GPL-3.0-or-later
"""A read-only session with a SQLite file. Private to hybrid.rollout."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from ansible_collections.hybrid.rollout.plugins.module_utils._database.login import Login
from ansible_collections.hybrid.rollout.plugins.module_utils._database.model import Row
from ansible_collections.hybrid.rollout.plugins.module_utils._database.session import Connection, Session

MAIN = "main"  # what SQLite calls the file that was opened


class SQLiteSession(Session):
    kind = "sqlite"
    errors = (sqlite3.Error,)

    def connected(self, login: Login) -> Connection:
        address = f"{Path(login.database).expanduser().absolute().as_uri()}?mode=ro"
        return sqlite3.connect(address, uri=True, timeout=login.timeout_seconds, isolation_level=None)

    def limited(self) -> None:
        self.read("PRAGMA query_only = ON")
        self.read("SELECT count(*) AS tables FROM sqlite_master")  # a file that is no database says so now

    def own_name(self) -> str:
        return self._login.database

    def columns(self) -> Iterator[Row]:
        for table in self.read(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND substr(name, 1, 7) <> 'sqlite_' "
            "ORDER BY name"
        ):
            for column in self.read("SELECT name FROM pragma_table_info(?) ORDER BY cid", (table["name"],)):
                yield {"schema_name": MAIN, "table_name": table["name"], "column_name": column["name"]}

    def is_locked(self, error: Exception) -> bool:
        return "is locked" in str(error)

    def marked(self, statement: str) -> str:
        return statement
