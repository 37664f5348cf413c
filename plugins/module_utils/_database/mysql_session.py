# SPDX-License-Identifier: GPL-3.0-or-later
"""A read-only session with MariaDB or MySQL, through PyMySQL. Private to hybrid.rollout."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._database.driver import first_driver
from ansible_collections.hybrid.rollout.plugins.module_utils._database.login import DISABLE, PREFER, Login
from ansible_collections.hybrid.rollout.plugins.module_utils._database.model import Row
from ansible_collections.hybrid.rollout.plugins.module_utils._database.session import Connection, Session
from ansible_collections.hybrid.rollout.plugins.module_utils._database.tls import context_of

LOCK_WAIT_TIMEOUT = 1205
# A schema is a database here. These two are made by a tool (Sqitch, Atlas) beside the one that it changes.
OF_TOOLS = ("sqitch", "atlas_schema_revisions")
COLUMNS = """
    SELECT table_schema AS schema_name, table_name AS table_name, column_name AS column_name
    FROM information_schema.columns WHERE table_schema = ? ORDER BY table_name, ordinal_position
"""


class MySQLSession(Session):
    kind = "mysql"
    quotes = "``"

    def connected(self, login: Login) -> Connection:
        driver = first_driver(
            ("pymysql",), "MariaDB or MySQL", "pip install PyMySQL, or your system's python3-pymysql."
        )
        self.errors = (driver.MySQLError,)
        given: dict[str, Any] = {
            "host": login.host,
            "port": login.port,
            "unix_socket": login.socket,
            "user": login.user,
            "password": login.password,
            "read_timeout": 3 * login.timeout_seconds,  # a server that went silent; its own timeouts are shorter
            "write_timeout": login.timeout_seconds,
            "connect_timeout": login.timeout_seconds,
        }
        verified = login.tls_or_default not in (DISABLE, PREFER)
        if verified:
            given["ssl"] = context_of(login)
        elif login.tls == DISABLE:
            given["ssl_disabled"] = True
        named = {name: value for name, value in given.items() if value is not None}
        connection = driver.connect(database=login.database, charset="utf8mb4", autocommit=True, **named)
        if verified and not isinstance(getattr(connection, "_sock", None), ssl.SSLSocket):
            connection.close()
            raise login.failed(RuntimeError("the server offers no TLS"), "cannot be reached as ssl_mode asks")
        return connection

    def limited(self) -> None:
        seconds = self._login.timeout_seconds
        is_mariadb = "mariadb" in str(self.read("SELECT VERSION() AS version")[0]["version"]).lower()
        longest = f"max_statement_time = {2 * seconds}" if is_mariadb else f"max_execution_time = {2000 * seconds}"
        self.read(f"SET SESSION lock_wait_timeout = {seconds}, innodb_lock_wait_timeout = {seconds}, {longest}")
        self.read("SET SESSION time_zone = '+00:00'")
        self.read("SET SESSION TRANSACTION READ ONLY")

    def own_name(self) -> str:
        return str(self.read("SELECT DATABASE() AS name")[0]["name"])

    def columns(self) -> Iterator[Row]:
        for schema in sorted({self.database, *OF_TOOLS, *self._login.schemas}):
            yield from self.read(COLUMNS, (schema,))

    def is_locked(self, error: Exception) -> bool:
        return bool(error.args) and error.args[0] == LOCK_WAIT_TIMEOUT
