# SPDX-License-Identifier: GPL-3.0-or-later
"""What is special about some real tools: locks while they work, a row that outlives its writer, checksums, a place of their own."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import APPLIED, EDITED, PENDING
from ansible_collections.hybrid.rollout.tests.integration.migrations._debian_tools import Rails, Sqitch
from ansible_collections.hybrid.rollout.tests.integration.migrations._estate import Estate
from ansible_collections.hybrid.rollout.tests.integration.migrations._liquibase import Liquibase, OldLiquibase
from ansible_collections.hybrid.rollout.tests.integration.migrations._tool import BY_ITSELF, Place, Step, Tool
from ansible_collections.hybrid.rollout.tests.integration.migrations._tools import (
    ADD,
    CREATE,
    TOOLS,
    WRITES,
    migrate,
    written,
)

KINDS = ("postgresql", "mysql")
SECONDS = 120.0
HALF = "CREATE TABLE half (id INT PRIMARY KEY)"
TAKES_LONG = {
    "postgresql": Step(2, "take_long", [HALF, "SELECT pg_sleep(300)"]),
    "mysql": Step(2, "take_long", [HALF, "SELECT SLEEP(300)"]),
}
LOCKS_OF_THE_SERVER = {"node_pg_migrate", "rails", "sqitch"}
ROWS_THAT_LOCK = {"liquibase", "yoyo"}
# Knex locks a row too, inside the transaction of the migration, which MariaDB commits at the first DDL and PostgreSQL at the end.
SEEN_LATE = {("knex", "mysql")}


def until(holds: Callable[[], object], what: str) -> None:
    end = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < end, f"waited {SECONDS:g} s in vain: {what}"
        time.sleep(0.1)


@pytest.mark.parametrize(("tool", "kind"), WRITES)
def test_a_migration_under_way_is_seen_or_is_said_to_be_invisible_and_so_is_one_that_was_killed(
    tool: Tool, kind: str, estate: Estate, tmp_path: Path
) -> None:
    database = estate.database(kind)
    first, _folder = written(tool, tmp_path / "first", CREATE)
    migrate(tool, first, database)
    told = tool.tool in LOCKS_OF_THE_SERVER | ROWS_THAT_LOCK
    stays = tool.tool in ROWS_THAT_LOCK or (tool.tool, kind) in SEEN_LATE
    assert estate.history(tool.tool, database).lock.held is (False if told else None)

    slow, folder = written(tool, tmp_path / "slow", CREATE, TAKES_LONG[kind])
    with tool.command(slow, database, BY_ITSELF).under_way():
        until(lambda: estate.sleeps(database), f"{tool.tool} is in the middle of its migration")
        lock = estate.history(tool.tool, database).lock
        assert lock.held is (True if told or stays else None)
        assert bool(lock.since) == (tool.tool in ROWS_THAT_LOCK)
    estate.end_sessions(database)

    if stays:
        lock = estate.history(tool.tool, database).lock
        assert (lock.held, lock.outlives_holder) == (True, True)
    else:
        until(lambda: estate.history(tool.tool, database).lock.held is not True, "the lock goes with its holder")
    answer = estate.ask(tool.tool, database, folder)
    assert answer.states == [APPLIED, PENDING]
    assert not answer.history.failure_detectable
    assert answer.history.why_not


@pytest.mark.parametrize("kind", KINDS)
def test_liquibase_over_a_store_of_an_older_one_reads_checksums_of_both(
    kind: str, estate: Estate, tmp_path: Path
) -> None:
    database = estate.database(kind)
    old, _folder = written(OldLiquibase(), tmp_path / "old", CREATE)
    only_new, _folder = written(Liquibase(), tmp_path / "only_new", ADD)
    both, folder = written(Liquibase(), tmp_path / "both", CREATE, ADD)
    _project, edited_folder = written(Liquibase(), tmp_path / "edited", CREATE, Step(2, ADD.name, ["SELECT 2"]))

    migrate(OldLiquibase(), old, database)
    assert estate.ask("liquibase", database, folder).states == [APPLIED, PENDING]

    migrate(Liquibase(), only_new, database)
    answer = estate.ask("liquibase", database, folder)
    assert [str(record.checksum)[:2] for record in answer.history.records] == ["8:", "9:"]
    assert answer.states == [APPLIED, APPLIED]
    assert estate.ask("liquibase", database, edited_folder).states == [APPLIED, EDITED]

    migrate(Liquibase(), both, database)
    answer = estate.ask("liquibase", database, folder)
    assert [str(record.checksum)[:2] for record in answer.history.records] == ["9:", "9:"]
    assert answer.states == [APPLIED, APPLIED]


@pytest.mark.parametrize("kind", KINDS)
def test_a_script_that_was_edited_after_sqitch_deployed_it(kind: str, estate: Estate, tmp_path: Path) -> None:
    database = estate.database(kind)
    project, folder = written(Sqitch(), tmp_path / "sqitch", CREATE, ADD)
    migrate(Sqitch(), project, database)
    assert estate.ask("sqitch", database, folder).states == [APPLIED, APPLIED]

    script = project / f"deploy/{ADD.name}.sql"
    script.write_text(f"{script.read_text()}-- one word more\n")
    assert estate.ask("sqitch", database, folder).states == [APPLIED, EDITED]


@pytest.mark.parametrize("kind", KINDS)
def test_all_tools_in_one_database_are_told_apart(kind: str, estate: Estate, tmp_path: Path) -> None:
    database = estate.database(kind)
    # Rails would take dbmate's table for its own, as its users know; Liquibase of either age has one store.
    together = [tool for tool in TOOLS if kind in tool.kinds and not isinstance(tool, (Rails, OldLiquibase))]
    folders = {}
    for tool in together:
        step = Step(1, f"create_{tool.tool}", [f"CREATE TABLE of_{tool.tool} (id INT PRIMARY KEY)"])
        project, folders[tool.tool] = written(tool, tmp_path / tool.tool, step)
        migrate(tool, project, database)

    for name, folder in folders.items():
        assert estate.ask(name, database, folder).states == [APPLIED], name
    found = sorted(store.tool for store in estate.stores(database))
    assert found == sorted(folders)


@pytest.mark.parametrize(
    ("tool", "kind"),
    [pytest.param(tool, kind, id=f"{tool.tool}-{kind}") for tool in TOOLS for kind in tool.kinds if tool.movable],
)
def test_bookkeeping_is_found_where_the_team_put_it(tool: Tool, kind: str, estate: Estate, tmp_path: Path) -> None:
    database = estate.database(kind)
    place = Place("" if kind == "mysql" else "bookkeeping", "our_migrations")
    if place.schema:
        estate.execute(database, f"CREATE SCHEMA {place.schema}")
    first, _folder = written(tool, tmp_path / "first", CREATE)
    _project, folder = written(tool, tmp_path / "second", CREATE, ADD)
    migrate(tool, first, database, place)

    answer = estate.ask(tool.tool, database, folder)
    assert answer.states == [APPLIED, PENDING]
    table = answer.history.store.table
    assert (table.schema, table.name.lower()) == (place.schema or database.name, place.table)
