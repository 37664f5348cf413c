# SPDX-License-Identifier: GPL-3.0-or-later
"""Real servers are only read from, and nobody waits for them longer than told."""

from __future__ import annotations

import time
from typing import Any, Union

import psycopg
import pymysql
import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._database.login import login_from
from ansible_collections.hybrid.rollout.plugins.module_utils._database.model import DatabaseFailed, Locked
from ansible_collections.hybrid.rollout.plugins.module_utils._database.sessions import open_session
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations import info, stores
from ansible_collections.hybrid.rollout.tests.integration.migration_info._servers import MariaDB, PostgreSQL
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._migrations._plain_tool import Plain, options

Server = Union[PostgreSQL, MariaDB]
TAKE_FOR_GOOD = {
    "postgresql": ("BEGIN", "LOCK TABLE plain_log IN ACCESS EXCLUSIVE MODE"),
    "mysql": ("LOCK TABLES plain_log WRITE",),
}
MUCH_LONGER = 30.0  # than the second that is told, and much less than for good


@pytest.fixture(autouse=True)
def _plain_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    for place in (info, stores):
        monkeypatch.setattr(place, "READERS", {"plain": Plain()})


def ask(server: Server, database: str, **given: object) -> dict[str, Any]:
    return info.run(options(**server.login(database), **given))


def test_a_table_that_is_locked_for_good_is_a_migration_under_way(server: Server, database: str) -> None:
    with server.connect(database) as migrating:
        for statement in TAKE_FOR_GOOD[server.engine]:
            migrating.cursor().execute(statement)
        began = time.monotonic()
        answer = ask(server, database, timeout_seconds=1)
        assert time.monotonic() - began < MUCH_LONGER
    (store,) = answer["stores"]
    assert (store["in_progress"], store["migrations"], store["failure_detectable"]) == (True, [], False)
    assert "somebody holds a lock on its table" in store["why_not"]
    assert answer["fingerprint"] is None, "nobody knows what it says now"
    after = ask(server, database)
    assert (after["stores"][0]["counts"], after["stores"][0]["in_progress"]) == ({"applied": 1}, None)


def test_a_question_that_takes_too_long_is_ended_and_is_no_lock(server: Server, database: str) -> None:
    question = {"postgresql": "SELECT pg_sleep(600)", "mysql": "SELECT SLEEP(600) FROM plain_log"}[server.engine]
    began = time.monotonic()
    with open_session(login_from(options(**server.login(database), timeout_seconds=1))) as session:
        with pytest.raises(DatabaseFailed) as caught:
            session.read(question)
        assert not isinstance(caught.value, Locked)
        assert time.monotonic() - began < MUCH_LONGER
        assert session.tables(), "the session is still good"


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE more (id int)",
        "DROP TABLE plain_log",
        "ALTER TABLE plain_log ADD COLUMN more int",
        "TRUNCATE TABLE plain_log",
        "CREATE INDEX more ON plain_log (plain_state)",
        "INSERT INTO plain_log VALUES ('0002', 'applied')",
        "UPDATE plain_log SET plain_state = 'failed'",
        "DELETE FROM plain_log",
    ],
)
def test_the_server_itself_refuses_what_would_change_something(server: Server, database: str, statement: str) -> None:
    with open_session(login_from(options(**server.login(database)))) as session:
        with pytest.raises(DatabaseFailed) as caught:
            session.read(statement)
        said = caught.value.__cause__
        if server.engine == "postgresql":
            assert isinstance(said, psycopg.Error)
            assert said.sqlstate == "25006"
        else:
            assert isinstance(said, pymysql.MySQLError)
            assert said.args[0] == 1792
        assert [row["plain_state"] for row in session.read("SELECT plain_state FROM plain_log")] == ["applied"]


def test_nothing_is_written_on_postgresql_not_even_a_transaction_that_could(postgresql: PostgreSQL) -> None:
    """A transaction that writes is given a number. None was."""
    database = postgresql.new()
    postgresql.change(database, "CREATE TABLE plain_log (plain_name text, plain_state text)")
    with postgresql.connect(database) as looking:
        question = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text, (SELECT count(*) FROM pg_class)"
        before = looking.execute(question).fetchall()
        ask(postgresql, database)
        ask(postgresql, database, tool="plain")
        assert looking.execute(question).fetchall() == before
        assert looking.execute("SHOW default_transaction_read_only").fetchall() == [("off",)]


def test_nothing_is_written_on_mariadb(mariadb: MariaDB) -> None:
    database = mariadb.new()
    mariadb.change(database, "CREATE TABLE plain_log (plain_name varchar(9), plain_state varchar(9))")

    def written() -> dict[str, str]:
        with mariadb.connect() as looking, looking.cursor() as cursor:
            kinds = "create|drop|alter|insert|update|delete|replace|truncate|rename|load|grant|set_password"
            cursor.execute(f"SHOW GLOBAL STATUS WHERE Variable_name REGEXP '^Com_({kinds})'")
            counted = dict(cursor.fetchall())
            question = "SELECT count(*), max(update_time) FROM information_schema.tables WHERE table_schema = %s"
            cursor.execute(question, (database,))
            return {**counted, "tables": str(cursor.fetchall())}

    before = written()
    assert int(before["Com_create_table"]) > 0, "they are counted"
    ask(mariadb, database)
    ask(mariadb, database, tool="plain")
    assert written() == before
