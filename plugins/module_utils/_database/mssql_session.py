# SPDX-License-Identifier: GPL-3.0-or-later
"""A session with SQL Server that keeps nothing, through pymssql, python-tds or pyodbc. Private to hybrid.rollout.

SQL Server has no read-only session. Every statement is taken back when it has answered, and only questions are sent.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Sequence
from types import ModuleType
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._database.driver import first_driver
from ansible_collections.hybrid.rollout.plugins.module_utils._database.login import (
    DISABLE,
    PREFER,
    REQUIRE,
    VERIFY_CA,
    VERIFY_FULL,
    Login,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._database.model import Row
from ansible_collections.hybrid.rollout.plugins.module_utils._database.questions import only_a_question
from ansible_collections.hybrid.rollout.plugins.module_utils._database.session import Connection, Session

LOCK_REQUEST_TIMEOUT = 1222
PORT = 1433
# What each driver can be told by options. pymssql verifies by a configuration file only, python-tds cannot encrypt without verifying.
DRIVERS = {
    "pymssql": (DISABLE, PREFER, REQUIRE),
    "pytds": (DISABLE, PREFER, VERIFY_CA, VERIFY_FULL),
    "pyodbc": (DISABLE, PREFER, REQUIRE, VERIFY_FULL),
}


class MSSQLSession(Session):
    kind = "mssql"
    quotes = "[]"

    def connected(self, login: Login) -> Connection:
        mode = login.tls_or_default
        able = tuple(name for name, modes in DRIVERS.items() if mode in modes)
        driver = first_driver(
            able,
            f"SQL Server with ssl_mode {mode}",
            "pip install pymssql, or python-tds and pyOpenSSL where certificates are verified.",
        )
        self.errors = (driver.Error, OSError)
        self._numbered = driver.__name__ == "pyodbc"
        return {"pymssql": by_pymssql, "pytds": by_pytds, "pyodbc": by_pyodbc}[driver.__name__](driver, login, mode)

    def limited(self) -> None:
        super().fetched("SET TRANSACTION ISOLATION LEVEL READ COMMITTED", ())
        super().fetched(f"SET LOCK_TIMEOUT {self._login.timeout_seconds * 1000}", ())

    def own_name(self) -> str:
        return str(self.read("SELECT DB_NAME() AS name")[0]["name"])

    def columns(self) -> Iterable[Row]:
        return self.read(
            "SELECT TABLE_SCHEMA AS schema_name, TABLE_NAME AS table_name, COLUMN_NAME AS column_name "
            "FROM INFORMATION_SCHEMA.COLUMNS ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION"
        )

    def is_locked(self, error: Exception) -> bool:
        number = getattr(error, "number", None) or (error.args[0] if error.args else None)
        return number == LOCK_REQUEST_TIMEOUT or f"({LOCK_REQUEST_TIMEOUT})" in str(error)

    def fetched(self, statement: str, values: Sequence[Any]) -> list[Row]:
        only_a_question(statement)
        try:
            return super().fetched(statement, values)
        finally:
            self._connection.rollback()

    def marked(self, statement: str) -> str:
        return statement if self._numbered else super().marked(statement)


def by_pymssql(driver: ModuleType, login: Login, mode: str) -> Connection:
    return driver.connect(
        server=login.host,
        port=str(login.port or PORT),
        user=login.user,
        password=login.password,
        database=login.database,
        login_timeout=login.timeout_seconds,
        timeout=2 * login.timeout_seconds,
        encryption={DISABLE: "off", PREFER: "request", REQUIRE: "require"}[mode],
        autocommit=False,
    )


def by_pytds(driver: ModuleType, login: Login, mode: str) -> Connection:
    verified = mode in (VERIFY_CA, VERIFY_FULL)
    return driver.connect(
        dsn=login.host,
        port=login.port or PORT,
        user=login.user,
        password=login.password,
        database=login.database,
        login_timeout=login.timeout_seconds,
        timeout=2 * login.timeout_seconds,
        cafile=(login.ca_cert or ssl.get_default_verify_paths().cafile) if verified else None,
        validate_host=mode == VERIFY_FULL,
        autocommit=False,
    )


def by_pyodbc(driver: ModuleType, login: Login, mode: str) -> Connection:
    given = {
        "DRIVER": next(
            (name for name in reversed(driver.drivers()) if "SQL Server" in name), "ODBC Driver 18 for SQL Server"
        ),
        "SERVER": f"{login.host},{login.port or PORT}",
        "DATABASE": login.database,
        "UID": login.user or "",
        "PWD": login.password or "",
        "Encrypt": "yes" if mode in (REQUIRE, VERIFY_FULL) else "no",
        "TrustServerCertificate": "no" if mode == VERIFY_FULL else "yes",
    }
    words = ";".join(f"{name}={{{value.replace('}', '}}')}}}" for name, value in given.items() if value)
    connection = driver.connect(words, timeout=login.timeout_seconds, autocommit=False, readonly=True)
    connection.timeout = 2 * login.timeout_seconds
    return connection
