# SPDX-License-Identifier: GPL-3.0-or-later
"""Stand-ins for drivers whose servers are not at hand: they write down what is sent, and answer with one row."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any, Optional

import pytest

# What each can be told, as of pymssql 2.4, python-tds 1.17, pyodbc 5 and oracledb 26.
PARAMETERS = {
    "pymssql": "server port user password database login_timeout timeout encryption autocommit",
    "pytds": "dsn port user password database login_timeout timeout cafile validate_host autocommit",
    "pyodbc": "timeout autocommit readonly",
    "oracledb": "user password host service_name tcp_connect_timeout protocol port ssl_context ssl_server_dn_match",
    "psycopg2": "host port user password dbname sslmode sslrootcert application_name connect_timeout tcp_user_timeout "
    "keepalives_idle keepalives_interval keepalives_count",
}


class Driver(ModuleType):
    """A driver with one connection. ``sent`` has its statements and what became of them, in order."""

    class Error(Exception):
        pass

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.sent: list[str] = []
        self.given: dict[str, Any] = {}
        self.words = ""
        self.trouble: Optional[Exception] = None

    def drivers(self) -> list[str]:
        return ["ODBC Driver 17 for SQL Server", "ODBC Driver 18 for SQL Server", "SQLite3"]

    def connect(self, words: str = "", **given: object) -> Connection:
        assert set(given) <= set(PARAMETERS[self.__name__].split())
        self.words, self.given = words, given
        return Connection(self)


class Connection:
    autocommit, timeout, call_timeout = False, 0, 0

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    def cursor(self) -> Cursor:
        return Cursor(self._driver)

    def rollback(self) -> None:
        self._driver.sent.append("rollback")

    def close(self) -> None:
        self._driver.sent.append("close")


class Cursor:
    description = (("NAME", None),)

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    def execute(self, statement: str, values: Sequence[Any] = ()) -> None:
        self._driver.sent.append(f"{statement} {values}" if values else statement)
        if self._driver.trouble and "trouble" in statement:
            raise self._driver.trouble

    def fetchall(self) -> list[tuple[str]]:
        return [("quotes",)]

    def close(self) -> None:
        pass


def install(monkeypatch: pytest.MonkeyPatch, *names: str) -> list[Driver]:
    """These drivers and no other."""
    for name in (*PARAMETERS, "psycopg", "pymysql"):
        monkeypatch.setitem(sys.modules, name, None)  # so Python refuses to import it
    drivers = [Driver(name) for name in names]
    for driver in drivers:
        monkeypatch.setitem(sys.modules, driver.__name__, driver)
    return drivers
