# SPDX-License-Identifier: GPL-3.0-or-later
"""A read-only session with PostgreSQL, through psycopg 3 or psycopg2. Private to hybrid.rollout.

Every statement has a transaction of its own that is read-only and carries the timeouts. Nothing is set for the connection: behind a
pooler of transactions that would reach somebody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._database.address import is_local
from ansible_collections.hybrid.rollout.plugins.module_utils._database.driver import first_driver
from ansible_collections.hybrid.rollout.plugins.module_utils._database.login import VERIFY_FULL, Login
from ansible_collections.hybrid.rollout.plugins.module_utils._database.model import Row
from ansible_collections.hybrid.rollout.plugins.module_utils._database.session import Connection, Session

LOCK_NOT_AVAILABLE = "55P03"
COLUMNS = """
    SELECT n.nspname AS schema_name, c.relname AS table_name, a.attname AS column_name
    FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname <> 'information_schema' AND left(n.nspname, 3) <> 'pg_'
    ORDER BY n.nspname, c.relname, a.attnum
"""


class PostgreSQLSession(Session):
    kind = "postgresql"

    def connected(self, login: Login) -> Connection:
        driver = first_driver(
            ("psycopg", "psycopg2"), "PostgreSQL", "pip install 'psycopg[binary]', or your system's python3-psycopg2."
        )
        self.errors = (driver.Error,)
        connection = driver.connect(**parameters(login))
        connection.autocommit = True
        return connection

    def limited(self) -> None:
        """The limits come with each statement."""

    def own_name(self) -> str:
        return str(self.read("SELECT current_database() AS name")[0]["name"])

    def columns(self) -> Iterable[Row]:
        return self.read(COLUMNS)

    def is_locked(self, error: Exception) -> bool:
        return LOCK_NOT_AVAILABLE in (getattr(error, "sqlstate", None), getattr(error, "pgcode", None))

    def fetched(self, statement: str, values: Sequence[Any]) -> list[Row]:
        for_a_lock = self._login.timeout_seconds * 1000
        limits = {
            "lock_timeout": str(for_a_lock),
            # The longer one: where both end at once, the server names the statement's and not the lock's.
            "statement_timeout": str(2 * for_a_lock),
            "idle_in_transaction_session_timeout": str(2 * for_a_lock),
            "TimeZone": "UTC",
        }
        each = ", ".join("set_config(?, ?, true)" for _name in limits)
        super().fetched("BEGIN TRANSACTION READ ONLY", ())
        try:
            super().fetched(f"SELECT {each}", [word for limit in limits.items() for word in limit])
            return super().fetched(statement, values)
        finally:
            with suppress(*self.errors):  # a connection that was lost took the transaction with it
                super().fetched("ROLLBACK", ())


def parameters(login: Login) -> dict[str, str]:
    """The connection's parameters by libpq's names; what is left out, libpq finds in its own files and variables."""
    seconds = str(login.timeout_seconds)
    given = {
        "host": login.socket or login.host,
        "port": str(login.port or ""),
        "user": login.user,
        "password": login.password,
        "dbname": login.database,
        "sslmode": login.tls,
        "sslrootcert": login.ca_cert,
        "sslcert": login.client_cert,
        "sslkey": login.client_key,
        "application_name": "hybrid.rollout migration_info",
        "connect_timeout": seconds,
        # A wire that went dead is noticed too: the server's own timeouts cannot be heard through it.
        "tcp_user_timeout": str(2000 * login.timeout_seconds),
        "keepalives_idle": seconds,
        "keepalives_interval": "1",
        "keepalives_count": seconds,
    }
    found = {name: value for name, value in given.items() if value}
    if not is_local(found):
        found.setdefault("sslmode", VERIFY_FULL)
    return found
