# SPDX-License-Identifier: GPL-3.0-or-later
"""migration_info as a whole, over SQLite files and a tool of the tests."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._database.login import Login
from ansible_collections.hybrid.rollout.plugins.module_utils._database.model import DatabaseFailed, Locked
from ansible_collections.hybrid.rollout.plugins.module_utils._database.sessions import open_session
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput, NotFound
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations import info, stores
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._migrations._plain_tool import (
    FIRST,
    LOCK,
    SCHEMA,
    Plain,
    options,
)

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=timezone.utc)


@pytest.fixture(autouse=True)
def _plain_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    for place in (info, stores):
        monkeypatch.setattr(place, "READERS", {"plain": Plain()})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a folder" / "quotes #1?.db"


@pytest.fixture
def database(file: Path) -> Iterator[sqlite3.Connection]:
    """One that the tool has migrated once."""
    file.parent.mkdir()
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute(SCHEMA)
    connection.execute(FIRST)
    yield connection
    connection.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "migrations"
    place.mkdir()
    for name in ("0001_quotes", "0002_price", "0003_drop_old_price"):
        (place / f"{name}.sql").touch()
    return place


def ask(file: Path, **given: object) -> dict[str, Any]:
    return info.run(options(engine="sqlite", login_db=str(file), **given), now=lambda: NOON)


@pytest.mark.usefixtures("database")
def test_without_a_release_it_says_what_the_database_has_and_of_nothing_that_it_is_pending(file: Path) -> None:
    answer = ask(file)
    assert (answer["compared"], answer["changed"], answer["leftovers"]) == (False, False, None)
    assert (answer["engine"], answer["database"]) == ("sqlite", str(file))
    (store,) = answer["stores"]
    assert (store["tool"], store["schema"], store["table"]) == ("plain", "main", "plain_log")
    assert store["counts"] == {"applied": 1}
    assert store["in_progress"] is None, "this tool has no lock, so nobody can tell"
    assert (store["failure_detectable"], store["why_not"]) == (False, "plain writes no failures")
    json.dumps(answer)


@pytest.mark.usefixtures("database")
def test_with_the_release_it_says_of_each_migration_where_it_stands(file: Path, folder: Path, tmp_path: Path) -> None:
    by_folder = ask(file, tool="plain", folder=str(folder))
    assert by_folder["compared"]
    assert by_folder["stores"][0]["counts"] == {"applied": 1, "pending": 2}

    manifest = tmp_path / "migrations.json"
    entries = [{"name": "0001_quotes"}, {"name": "0003_drop_old_price", "phase": "contract"}]
    manifest.write_text(json.dumps({"tool": "plain", "migrations": entries}), encoding="utf-8")
    (store,) = ask(file, manifest=str(manifest))["stores"]
    assert [(one["name"], one["state"], one["phase"]) for one in store["migrations"]] == [
        ("0001_quotes", "applied", None),
        ("0003_drop_old_price", "pending", "contract"),
    ]
    with pytest.raises(BadInput, match="is of plain"):
        ask(file, manifest=str(manifest), tool="flyway")


def test_where_the_tool_never_ran_all_is_pending_and_it_says_that_there_is_no_table(file: Path, folder: Path) -> None:
    file.parent.mkdir()
    sqlite3.connect(file).close()
    assert ask(file)["stores"] == []
    (store,) = ask(file, tool="plain", folder=str(folder))["stores"]
    assert (store["table"], store["counts"], store["in_progress"]) == (None, {"pending": 3}, None)
    assert "no bookkeeping of plain is among the 0 tables" in store["why_not"]


def test_the_fingerprint_moves_with_the_bookkeeping_and_with_nothing_else(
    file: Path, database: sqlite3.Connection
) -> None:
    database.execute("INSERT INTO plain_log VALUES ('0002_price', 'applied')")
    before = ask(file)["fingerprint"]
    assert ask(file)["fingerprint"] == before
    database.execute("DELETE FROM plain_log WHERE plain_name = '0001_quotes'")
    fewer = ask(file)["fingerprint"]
    database.execute(FIRST)  # the same rows as at first, in another order
    database.execute("CREATE TABLE quotes (id int)")
    assert ask(file)["fingerprint"] == before != fewer
    database.execute("UPDATE plain_log SET plain_state = 'failed' WHERE plain_name = '0002_price'")
    assert ask(file)["fingerprint"] != before


@pytest.mark.parametrize(
    ("since", "in_progress", "suspected"),
    [
        ("2026-11-26 11:59:00", True, False),
        ("2026-11-25 22:00:00", True, False),  # another zone may explain it
        ("2026-11-25 11:59:00", None, True),
        ("2026-11-25T11:59:00.123", None, True),
        ("yesterday", True, False),
        (None, True, False),
    ],
)
def test_a_lock_that_is_a_row_is_suspected_when_it_is_a_day_old(
    file: Path, database: sqlite3.Connection, since: str, in_progress: bool, suspected: bool
) -> None:
    database.execute(LOCK)
    assert ask(file)["stores"][0]["in_progress"] is False
    database.execute("INSERT INTO plain_lock VALUES ('build7 (10.0.0.7)', ?)", (since,))
    (store,) = ask(file)["stores"]
    assert (store["in_progress"], store["stale_lock_suspected"]) == (in_progress, suspected)
    assert store["lock"] == {
        "held": True,
        "holder": "build7 (10.0.0.7)",
        "since": since,
        "outlives_holder": True,
    }


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"tool": "flywya"}, BadInput, "flywya.*there are plain"),
        ({"table": "plain_lgo"}, NotFound, "no table .*plain_lgo among the 1 tables that this account can see"),
        ({"table": "other.plain_log"}, NotFound, "no table other.plain_log"),
        ({"table": "main."}, BadInput, "schema.name"),
        ({"folder": "/nowhere", "tool": "plain"}, BadInput, "/nowhere.* no such folder on the host"),
        ({"folder": "/"}, BadInput, "folder is set and tool is not"),
        ({"login_host": "db1"}, BadInput, "login_host is for a server"),
        ({"timeout_seconds": 0}, BadInput, "timeout_seconds is 0"),
        ({"login_db": "/nowhere/quotes.db"}, DatabaseFailed, "/nowhere/quotes.db cannot be reached"),
        ({"login_db": __file__}, DatabaseFailed, "not a database"),
    ],
)
def test_what_cannot_be_meant_is_said(file: Path, given: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        info.run(options(**{"engine": "sqlite", "login_db": str(file), **given}))


def test_a_table_of_no_tool_is_told_with_its_columns(file: Path, database: sqlite3.Connection) -> None:
    database.execute("CREATE TABLE quotes (id int, price int)")
    assert ask(file, table="PLAIN_LOG")["stores"][0]["table"] == "plain_log"
    with pytest.raises(NotFound, match="main.quotes has id, price"):
        ask(file, table="quotes")


def test_a_release_is_compared_with_one_table_that_the_user_names(
    file: Path, database: sqlite3.Connection, folder: Path
) -> None:
    database.execute("CREATE TABLE old_log (plain_name text, plain_state text)")
    assert [store["table"] for store in ask(file)["stores"]] == ["old_log", "plain_log"]
    with pytest.raises(BadInput, match=r"main.old_log, main.plain_log. Say with table"):
        ask(file, tool="plain", folder=str(folder))
    (store,) = ask(file, tool="plain", folder=str(folder), table="old_log")["stores"]
    assert store["counts"] == {"pending": 3}


@pytest.mark.parametrize(
    ("rival", "chosen", "alternatives"),
    [
        (Plain("rival"), "plain", ["rival"]),
        (Plain("a_rival", alternatives=["plain", "third"]), "plain", ["a_rival"]),
    ],
)
@pytest.mark.usefixtures("database")
def test_two_tools_that_claim_one_table_are_both_named(
    file: Path, monkeypatch: pytest.MonkeyPatch, rival: Plain, chosen: str, alternatives: list[str]
) -> None:
    monkeypatch.setattr(stores, "READERS", {"plain": Plain(), rival.tool: rival})
    (store,) = ask(file)["stores"]
    assert (store["tool"], store["alternatives"]) == (chosen, alternatives)
    (store,) = ask(file, tool=rival.tool)["stores"]
    assert (store["tool"], store["alternatives"]) == (rival.tool, []), "the user has named it"


def test_a_file_that_is_locked_as_a_whole_is_a_failure_with_a_code_of_its_own(
    file: Path, database: sqlite3.Connection
) -> None:
    database.execute("BEGIN EXCLUSIVE")
    with pytest.raises(Locked, match="database is locked") as caught:
        ask(file, timeout_seconds=1)
    assert caught.value.failure()["code"] == "locked"


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    "statement", ["CREATE TABLE more (id int)", "DELETE FROM plain_log", "PRAGMA user_version = 7", "VACUUM"]
)
def test_sqlite_itself_refuses_what_would_change_the_file(file: Path, statement: str) -> None:
    with open_session(Login("sqlite", str(file))) as session:
        with pytest.raises(DatabaseFailed, match="readonly database"):
            session.read(statement)
        session.read("PRAGMA query_only = OFF")
        with pytest.raises(DatabaseFailed, match="readonly database"):
            session.read(statement)


@pytest.mark.usefixtures("database")
def test_the_file_is_the_same_afterwards_byte_for_byte(file: Path) -> None:
    before = file.read_bytes()
    ask(file)
    assert file.read_bytes() == before
    assert [found.name for found in file.parent.iterdir()] == [file.name]
