# SPDX-License-Identifier: GPL-3.0-or-later
"""The databases that tools write and readers read, and what is asked of a reader in every test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Union

from ansible_collections.hybrid.rollout.plugins.module_utils._database.login import Login
from ansible_collections.hybrid.rollout.plugins.module_utils._database.sessions import open_session
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import (
    History,
    Standing,
    Store,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.reader import READERS
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.stores import Wanted, history_of, stores_among
from ansible_collections.hybrid.rollout.tests.integration.migration_info._servers import MariaDB, PostgreSQL
from ansible_collections.hybrid.rollout.tests.integration.migrations._tool import Database

SESSIONS = {
    "postgresql": "SELECT pid FROM pg_stat_activity WHERE datname IN (%s, %s) AND pid <> pg_backend_pid()",
    "mysql": "SELECT id FROM information_schema.processlist WHERE db IN (%s, %s) AND id <> CONNECTION_ID()",
}
SLEEPS = {
    "postgresql": "SELECT 1 FROM pg_stat_activity WHERE datname = %s AND query LIKE %s AND pid <> pg_backend_pid()",
    "mysql": "SELECT 1 FROM information_schema.processlist WHERE db = %s AND info LIKE %s AND id <> CONNECTION_ID()",
}
SLEEP = {"postgresql": "%SELECT pg_sleep%", "mysql": "%SELECT SLEEP%"}
END = {"postgresql": "SELECT pg_terminate_backend(%s)", "mysql": "KILL %s"}


@dataclass(frozen=True)
class Answer:
    history: History
    standings: Sequence[Standing]

    @property
    def states(self) -> list[str]:
        return [standing.state for standing in self.standings]


class Estate:
    def __init__(self, servers: Mapping[str, Union[PostgreSQL, MariaDB]]) -> None:
        self._servers = servers

    def database(self, kind: str) -> Database:
        """A new and empty one."""
        server = self._servers[kind]
        name = server.new()
        login = server.login(name)
        return Database(kind, login["login_port"], login["login_user"], name)

    def execute(self, database: Database, statement: str) -> None:
        with self._servers[database.kind].connect(database.name) as connection:
            connection.cursor().execute(statement)

    def tables(self, database: Database) -> set[str]:
        with open_session(self._login(database)) as session:
            return {table.name for table in session.tables()}

    def sleeps(self, database: Database) -> bool:
        """Whether a migration is in the statement of it that sleeps."""
        with self._servers[database.kind].connect(database.name) as connection:
            cursor = connection.cursor()
            cursor.execute(SLEEPS[database.kind], (database.name, SLEEP[database.kind]))
            return cursor.fetchone() is not None

    def end_sessions(self, database: Database) -> None:
        """As a server does when it notices that a client was killed; one that sleeps in a query notices late."""
        with self._servers[database.kind].connect(database.name) as connection:
            cursor = connection.cursor()
            cursor.execute(SESSIONS[database.kind], (database.name, database.beside))
            for row in cursor.fetchall():
                cursor.execute(END[database.kind], row)

    def stores(self, database: Database) -> list[Store]:
        """The bookkeeping of any tool, as migration_info sees it when it is told nothing."""
        with open_session(self._login(database)) as session:
            return stores_among(session.tables(), Wanted())

    def ask(self, tool: str, database: Database, release: Path) -> Answer:
        """Where the database stands towards a release, as the reader of this tool says it."""
        migrations = READERS[tool].migrations(release)
        history = self.history(tool, database)
        return Answer(history, READERS[tool].compare(history, migrations))

    def history(self, tool: str, database: Database) -> History:
        with open_session(self._login(database)) as session:
            (store,) = stores_among(session.tables(), Wanted.by(tool, None))
            return history_of(session, store)

    def _login(self, database: Database) -> Login:
        return Login(
            database.kind,
            database.name,
            host="127.0.0.1",
            port=database.port,
            user=database.user,
            timeout_seconds=1,
            schemas=(database.beside,),
        )
