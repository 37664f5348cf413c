# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions up to the driver, for engines that are not at hand here: what is sent, and how answers and errors are read."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._database.driver import DriverMissing
from ansible_collections.hybrid.rollout.plugins.module_utils._database.login import Login
from ansible_collections.hybrid.rollout.plugins.module_utils._database.model import DatabaseFailed, Locked
from ansible_collections.hybrid.rollout.plugins.module_utils._database.questions import NotAQuestion
from ansible_collections.hybrid.rollout.plugins.module_utils._database.sessions import open_session
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._database._drivers import Driver, install

HERE, AWAY = "localhost", "db1.example.net"
LIMITED = ["SET TRANSACTION ISOLATION LEVEL READ COMMITTED", "SET LOCK_TIMEOUT 5000"]


def login(engine: str, host: str = HERE, **given: Any) -> Login:
    return Login(engine, "quotes", host=host, user="reader", password="pass}word", **given)


@pytest.mark.parametrize(
    ("there", "host", "tls", "used", "told"),
    [
        ("pymssql pytds pyodbc", HERE, None, "pymssql", {"encryption": "request"}),
        ("pymssql pytds pyodbc", AWAY, "require", "pymssql", {"encryption": "require"}),
        ("pymssql pytds pyodbc", AWAY, None, "pytds", {"validate_host": True}),
        ("pymssql pytds pyodbc", AWAY, "verify-ca", "pytds", {"validate_host": False, "cafile": "/etc/ca.pem"}),
        ("pytds pyodbc", AWAY, "require", "pyodbc", {"readonly": True}),
        ("pytds", HERE, "disable", "pytds", {"cafile": None}),
        ("pymssql pyodbc", AWAY, None, "pyodbc", {"readonly": True}),
        ("pymssql", AWAY, None, None, {}),
    ],
)
def test_sql_server_is_asked_by_the_first_driver_that_can_protect_the_connection_as_told(
    monkeypatch: pytest.MonkeyPatch, there: str, host: str, tls: str, used: str | None, told: dict[str, Any]
) -> None:
    drivers = {driver.__name__: driver for driver in install(monkeypatch, *there.split())}
    asked = login("mssql", host, tls=tls, ca_cert="/etc/ca.pem" if tls == "verify-ca" else None)
    if used is None:
        with pytest.raises(DriverMissing, match="ssl_mode verify-full needs the Python package pytds or pyodbc"):
            open_session(asked)
        return
    with open_session(asked):
        assert told.items() <= drivers[used].given.items()
    assert drivers[used].given["autocommit"] is False
    assert drivers[used].sent[-1] == "close"


def test_pyodbc_is_told_all_in_words_that_no_password_can_break_out_of(monkeypatch: pytest.MonkeyPatch) -> None:
    (driver,) = install(monkeypatch, "pyodbc")
    with open_session(login("mssql", AWAY)) as session:
        assert driver.words == (
            "DRIVER={ODBC Driver 18 for SQL Server};SERVER={db1.example.net,1433};DATABASE={quotes};"
            "UID={reader};PWD={pass}}word};Encrypt={yes};TrustServerCertificate={no}"
        )
        session.read("SELECT 50 % ? AS half", (7,))
    assert "SELECT 50 % ? AS half (7,)" in driver.sent


def test_sql_server_keeps_nothing_and_is_sent_nothing_but_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    (driver,) = install(monkeypatch, "pymssql")
    with open_session(login("mssql")) as session:
        assert session.database == "quotes"
        assert driver.sent == [*LIMITED, "SELECT DB_NAME() AS name", "rollback"]
        assert not any("UNCOMMITTED" in statement for statement in driver.sent)
        session.read("SELECT 50 % 7, ? AS name", ("x",))
        assert driver.sent[-2:] == ["SELECT 50 %% 7, %s AS name ('x',)", "rollback"]
        for statement in ("DROP TABLE quotes", "EXEC sp_rename 'a', 'b'", "SELECT 1; DROP TABLE quotes", " ;DELETE x"):
            with pytest.raises(NotAQuestion):
                session.read(statement)
        assert not any("DROP" in statement or "EXEC" in statement for statement in driver.sent)
        assert session.quoted("dbo", "we[i]rd") == "[dbo].[we[i]]rd]"


def _numbered(number: int) -> Exception:
    error = Driver.Error("Lock request time out period exceeded.")
    error.number = number  # type: ignore[attr-defined]
    return error


@pytest.mark.parametrize(
    ("engine", "driver", "error", "locked"),
    [
        ("mssql", "pymssql", Driver.Error(1222, b"Lock request time out period exceeded."), True),
        ("mssql", "pytds", _numbered(1222), True),
        ("mssql", "pyodbc", Driver.Error("HY000", "[HY000] Lock request time out period exceeded. (1222)"), True),
        ("mssql", "pymssql", Driver.Error(208, b"Invalid object name"), False),
        ("mssql", "pytds", TimeoutError("timed out"), False),
        ("oracle", "oracledb", Driver.Error("ORA-00054: resource busy"), True),
        ("oracle", "oracledb", Driver.Error("ORA-00942: table or view does not exist"), False),
    ],
)
def test_a_lock_that_is_not_given_in_time_is_told_from_other_trouble(
    monkeypatch: pytest.MonkeyPatch, engine: str, driver: str, error: Exception, locked: bool
) -> None:
    (installed,) = install(monkeypatch, driver)
    installed.trouble = error
    with open_session(login(engine)) as session, pytest.raises(DatabaseFailed) as caught:
        session.read("SELECT trouble AS name")
    assert isinstance(caught.value, Locked) is locked
    assert str(caught.value).startswith(f"{engine} at localhost, database quotes cannot be read: ")


def test_oracle_is_asked_in_a_read_only_transaction_with_values_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    (driver,) = install(monkeypatch, "oracledb")
    with open_session(login("oracle", AWAY)) as session:
        session.read("SELECT ? AS a, ? AS b FROM dual", (1, 2))
        with pytest.raises(NotAQuestion):
            session.read("ALTER TABLE quotes DROP COLUMN price")
    assert driver.sent[0] == "SET TRANSACTION READ ONLY"
    assert driver.sent[2:] == ["SELECT :1 AS a, :2 AS b FROM dual (1, 2)", "close"]
    assert (driver.given["protocol"], driver.given["port"]) == ("tcps", 2484)
    assert driver.given["ssl_context"].check_hostname
    with open_session(login("oracle", HERE)):
        assert (driver.given["protocol"], driver.given["port"]) == ("tcp", 1521)


def test_postgresql_is_asked_by_psycopg2_where_psycopg_3_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    (driver,) = install(monkeypatch, "psycopg2")
    with open_session(login("postgresql")) as session:
        assert session.database == "quotes"
    begin, limits, question, end, _close = driver.sent
    assert (begin, question, end) == (
        "BEGIN TRANSACTION READ ONLY",
        "SELECT current_database() AS name",
        "ROLLBACK",
    )
    assert "'lock_timeout', '5000', 'statement_timeout', '10000'" in limits


@pytest.mark.parametrize(
    ("engine", "package"),
    [
        ("postgresql", "psycopg or psycopg2"),
        ("mysql", "pymysql"),
        ("mssql", "pymssql or pytds or pyodbc"),
        ("oracle", "oracledb"),
    ],
)
def test_a_missing_driver_is_told_with_the_python_that_lacks_it(
    monkeypatch: pytest.MonkeyPatch, engine: str, package: str
) -> None:
    install(monkeypatch)
    with pytest.raises(DriverMissing, match=f"needs the Python package {package} .*python.*pip install") as caught:
        open_session(login(engine))
    assert caught.value.code == "driver_missing"
