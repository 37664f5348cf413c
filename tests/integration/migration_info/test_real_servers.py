# SPDX-License-Identifier: GPL-3.0-or-later
"""What real servers tell: locks of others, what failures leave behind, accounts that may not, and certificates."""

from __future__ import annotations

import time
from typing import Any, Union

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._database.login import login_from
from ansible_collections.hybrid.rollout.plugins.module_utils._database.model import DatabaseFailed
from ansible_collections.hybrid.rollout.plugins.module_utils._database.sessions import open_session
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import NotFound
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations import info, stores
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.database_locks import (
    FREE,
    NOT_SEEN_FROM_HERE,
    advisory_lock,
    named_lock,
)
from ansible_collections.hybrid.rollout.tests.integration.migration_info._servers import MariaDB, PostgreSQL
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._migrations._plain_tool import (
    FIRST,
    LOCK,
    SCHEMA,
    Plain,
    options,
)

Server = Union[PostgreSQL, MariaDB]
FLYWAY = 77433833903597  # the key that Flyway takes for public.flyway_schema_history


@pytest.fixture(autouse=True)
def _plain_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    for place in (info, stores):
        monkeypatch.setattr(place, "READERS", {"plain": Plain()})


def ask(server: Server, database: str, **given: object) -> dict[str, Any]:
    return info.run(options(**{**server.login(database), **given}))


def tables_shown(server: Server, database: str, **given: object) -> list[str]:
    return [f"{store['schema']}.{store['table']}" for store in ask(server, database, **given)["stores"]]


@pytest.mark.parametrize("key", [FLYWAY, 75474063, -5, -(2**63), 2**63 - 1, 2**32])
def test_a_lock_of_postgresql_is_seen_by_its_key_and_only_in_its_database(postgresql: PostgreSQL, key: int) -> None:
    database, other = postgresql.new(), postgresql.new()
    with (
        postgresql.connect(database) as migrating,
        open_session(login_from(options(**postgresql.login(database)))) as session,
        open_session(login_from(options(**postgresql.login(other)))) as elsewhere,
    ):
        assert advisory_lock(session, key) == FREE
        migrating.execute("SET application_name = 'flyway'")
        migrating.execute("SELECT pg_advisory_lock(%s)", (key,))
        found = advisory_lock(session, key)
        assert (found.held, found.outlives_holder) == (True, False)
        holder = f"session {migrating.info.backend_pid}, account rollout, program flyway, from 127.0.0.1"
        assert found.holder == holder
        assert advisory_lock(session, key ^ 1) == advisory_lock(elsewhere, key) == FREE
        assert named_lock(session, "flyway") == NOT_SEEN_FROM_HERE
        migrating.execute("SELECT pg_advisory_lock(7, 8)")  # a lock with two keys is another one
        assert advisory_lock(session, 7 << 32 | 8) == FREE
        migrating.execute("SELECT pg_advisory_unlock(%s)", (key,))
        assert advisory_lock(session, key) == FREE


def test_a_lock_of_mariadb_is_seen_by_its_name(mariadb: MariaDB) -> None:
    database = mariadb.new()
    with (
        mariadb.connect(database) as migrating,
        open_session(login_from(options(**mariadb.login(database)))) as session,
    ):
        assert named_lock(session, "Flyway-42") == FREE
        with migrating.cursor() as cursor:
            cursor.execute("SELECT GET_LOCK('Flyway-42', 0)")
        found = named_lock(session, "Flyway-42")
        assert found.held
        assert found.holder.startswith(f"session {migrating.thread_id()}, account root, from ")
        assert named_lock(session, "Flyway-43") == FREE
        assert advisory_lock(session, FLYWAY) == NOT_SEEN_FROM_HERE


def test_a_lock_row_is_suspected_where_nobody_is_connected_and_not_while_somebody_is(postgresql: PostgreSQL) -> None:
    database = postgresql.new()
    postgresql.change(database, SCHEMA, FIRST, LOCK, "INSERT INTO plain_lock VALUES ('build7', NULL)")

    def seen() -> tuple[object, object]:
        (store,) = ask(postgresql, database)["stores"]
        return store["in_progress"], store["stale_lock_suspected"]

    with postgresql.connect(database):
        assert seen() == (True, False)
    end = time.monotonic() + 60
    while seen() != (None, True):  # a connection that was closed is in the list for another moment
        assert time.monotonic() < end, seen()
        time.sleep(0.1)


def test_what_a_failed_migration_leaves_on_postgresql_is_told(postgresql: PostgreSQL, mariadb: MariaDB) -> None:
    database = postgresql.new()
    assert ask(postgresql, database)["leftovers"] == {"invalid_indexes": [], "not_validated": []}
    postgresql.change(
        database, 'CREATE SCHEMA "Shop"', 'CREATE TABLE "Shop".orders AS SELECT 1 AS number UNION ALL SELECT 1'
    )
    with postgresql.connect(database) as migrating, pytest.raises(Exception, match="could not create unique index"):
        migrating.execute('CREATE UNIQUE INDEX CONCURRENTLY orders_number ON "Shop".orders (number)')
    postgresql.change(database, 'ALTER TABLE "Shop".orders ADD CONSTRAINT positive CHECK (number > 0) NOT VALID')
    assert ask(postgresql, database)["leftovers"] == {
        "invalid_indexes": ["orders_number on Shop.orders"],
        "not_validated": ["positive on Shop.orders"],
    }
    assert ask(mariadb, mariadb.new())["leftovers"] is None


def test_a_transaction_that_stays_open_is_seen_by_those_who_may(postgresql: PostgreSQL, mariadb: MariaDB) -> None:
    for server in (postgresql, mariadb):
        database = server.new()
        assert ask(server, database)["activity"]["longest_transaction_seconds"] == 0
        with server.connect(database) as waiting:
            cursor = waiting.cursor()
            cursor.execute("CREATE TABLE orders (number int)")
            cursor.execute("BEGIN")
            cursor.execute("INSERT INTO orders VALUES (1)")
            end = time.monotonic() + 60
            while not ask(server, database)["activity"]["longest_transaction_seconds"]:
                assert time.monotonic() < end
                time.sleep(0.1)
            cursor.execute("ROLLBACK")
    database = postgresql.new()
    assert ask(postgresql, database)["activity"] == {
        "longest_transaction_seconds": 0,
        "replicas": 0,
        "replication_lag_seconds": 0,
    }
    postgresql.change(database, "CREATE ROLE reader LOGIN")
    with postgresql.connect(database) as other:
        other.execute("BEGIN")
        activity = ask(postgresql, database, login_user="reader")["activity"]
        assert activity["longest_transaction_seconds"] is None, "what is hidden is not called short"


def test_every_schema_of_a_postgresql_database_is_looked_through(postgresql: PostgreSQL) -> None:
    database = postgresql.new()
    postgresql.change(
        database, SCHEMA, 'CREATE SCHEMA "Other"', 'CREATE TABLE "Other"."Log" (plain_name text, plain_state text)'
    )
    assert tables_shown(postgresql, database) == ["Other.Log", "public.plain_log"]
    assert tables_shown(postgresql, database, table="other.log") == ["Other.Log"]
    assert tables_shown(postgresql, database, table="plain_log") == ["public.plain_log"]


def test_on_mariadb_the_databases_of_others_are_left_alone(mariadb: MariaDB) -> None:
    database, other = mariadb.new(), mariadb.new()
    mariadb.change(other, SCHEMA)
    assert tables_shown(mariadb, database) == []
    assert tables_shown(mariadb, database, table=f"{other}.plain_log") == [f"{other}.plain_log"]
    mariadb.change(database, "CREATE DATABASE sqitch", "CREATE TABLE sqitch.log LIKE " + other + ".plain_log")
    assert tables_shown(mariadb, database) == ["sqitch.log"]
    mariadb.change(database, "DROP DATABASE sqitch")


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"table": "plain_lgo"}, NotFound, "no table .*plain_lgo"),
        ({"login_db": "qoutes"}, DatabaseFailed, "cannot be reached: .*qoutes"),
        ({"login_port": 1}, DatabaseFailed, "cannot be reached: .*refused"),
        ({"login_host": "no-such-host.invalid", "timeout_seconds": 2}, DatabaseFailed, "cannot be reached"),
        ({"login_user": "nobody", "login_password": "hunter2hunter2"}, DatabaseFailed, "cannot be reached: .*nobody"),
    ],
)
def test_what_is_wrong_is_told_in_the_words_of_the_server_and_without_the_password(
    server: Server, database: str, given: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words) as caught:
        ask(server, database, **given)
    assert "hunter2" not in f"{caught.value} {caught.value!r}"


def test_an_account_that_may_only_read_is_enough_and_one_that_may_not_is_told(
    postgresql: PostgreSQL, mariadb: MariaDB
) -> None:
    on_postgresql, on_mariadb = postgresql.new(), mariadb.new()
    postgresql.change(on_postgresql, SCHEMA, FIRST, "CREATE ROLE auditor LOGIN")
    with pytest.raises(DatabaseFailed, match="permission denied for table plain_log"):
        ask(postgresql, on_postgresql, login_user="auditor")
    postgresql.change(on_postgresql, "GRANT SELECT ON plain_log TO auditor")
    assert ask(postgresql, on_postgresql, login_user="auditor")["stores"][0]["counts"] == {"applied": 1}

    me = {"login_user": "reader", "login_password": "hunter2hunter2"}
    mariadb.change(
        on_mariadb,
        *(SCHEMA, FIRST, "CREATE TABLE other (id int)"),
        "CREATE USER reader@localhost IDENTIFIED BY 'hunter2hunter2'",
        f"GRANT SELECT ON {on_mariadb}.other TO reader@localhost",
    )
    assert ask(mariadb, on_mariadb, **me)["stores"] == [], "it cannot see the table, as the guide says"
    mariadb.change(on_mariadb, f"GRANT SELECT ON {on_mariadb}.plain_log TO reader@localhost")
    assert ask(mariadb, on_mariadb, **me)["stores"][0]["counts"] == {"applied": 1}


@pytest.mark.parametrize(
    ("mode", "host", "authority", "trouble"),
    [
        ("verify-full", "127.0.0.1", "mine", None),
        ("verify-full", "127.0.0.1", "other", "certificate verify failed"),
        ("verify-full", "localhost", "mine", "localhost"),  # the certificate is for the address
        ("verify-ca", "localhost", "mine", None),
        ("verify-ca", "localhost", "other", "certificate verify failed"),
        ("require", "localhost", None, None),
    ],
)
def test_a_certificate_is_verified_as_told(
    server: Server,
    postgresql: PostgreSQL,
    mariadb: MariaDB,
    database: str,
    mode: str,
    host: str,
    authority: str | None,
    trouble: str | None,
) -> None:
    other = mariadb if server is postgresql else postgresql
    chosen = {"mine": str(server.authority), "other": str(other.authority), None: None}[authority]
    given = {"ssl_mode": mode, "login_host": host, "ca_cert": chosen}
    if trouble:
        with pytest.raises(DatabaseFailed, match=f"cannot be reached: .*{trouble}"):
            ask(server, database, **given)
        return
    assert ask(server, database, **given)["stores"][0]["counts"] == {"applied": 1}


def test_a_session_that_has_to_be_protected_is(postgresql: PostgreSQL, mariadb: MariaDB) -> None:
    def session_of(server: Server) -> dict[str, Any]:
        return options(**server.login(server.new()), ssl_mode="require")

    with open_session(login_from(session_of(postgresql))) as session:
        assert session.read("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()") == [{"ssl": True}]
    with open_session(login_from(session_of(mariadb))) as session:
        assert session.read("SHOW SESSION STATUS LIKE 'Ssl_cipher'")[0]["value"]
