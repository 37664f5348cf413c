# SPDX-License-Identifier: GPL-3.0-or-later
"""Which tools a database has seen, told from its catalogue."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._database.table import Table
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import Store
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.reader import READERS
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.stores import Wanted, stores_among
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._migrations._schemas import Schemas
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._migrations._tables import TABLES


def found(*tables: Table) -> list[Store]:
    return [store for tool in TABLES for store in READERS[tool].find(tables)]


def in_one_database() -> list[Table]:
    """SQLite takes ten schemas at a time."""
    halves = [Schemas(), Schemas()]
    for index, (tool, script) in enumerate(TABLES.items()):
        halves[index % 2].schema(f"of {tool}", script)
    return [table for half in halves for table in half.tables()]


def test_all_of_them_in_one_database_are_found_each_where_it_is() -> None:
    tables = in_one_database()
    assert {(store.table.schema, store.tool) for store in found(*tables)} == {(f"of {tool}", tool) for tool in TABLES}
    assert len(found(*tables)) == len(TABLES)


@pytest.mark.parametrize("change", [str.upper, str.lower])
def test_the_case_of_names_is_the_databases_own(change: Callable[[str], str]) -> None:
    tables = [
        Table(table.schema, change(table.name), [change(column) for column in table.columns])
        for table in in_one_database()
    ]
    assert {store.tool for store in found(*tables)} == set(TABLES)


@pytest.mark.parametrize(
    ("columns", "tool"),
    [
        (["version_num"], "alembic"),
        (["id", "app", "name", "applied"], "django"),
        (["version", "dirty"], "golang_migrate"),
        (["id", "version_id", "is_applied", "tstamp"], "goose"),
        (["id", "name", "batch", "migration_time"], "knex"),
        (["id", "name", "run_on"], "node_pg_migrate"),
        (["migration_hash", "migration_id", "applied_at_utc"], "yoyo"),
    ],
)
def test_a_table_that_was_renamed_is_known_by_its_columns(columns: list[str], tool: str) -> None:
    assert [store.tool for store in found(Table("app", "what_we_did", columns))] == [tool]


@pytest.mark.parametrize("tool", ["dbmate", "sequelize", "sql_migrate", "typeorm"])
def test_a_renamed_table_of_plain_columns_is_found_where_tool_and_table_are_named(tool: str) -> None:
    (table,) = [store.table for store in found(*in_one_database()) if store.tool == tool]
    others = [Table("app", "orders", table.columns), Table("app", "what_we_did", table.columns)]
    assert stores_among(others, Wanted.by(tool, None)) == []
    (store,) = stores_among(others, Wanted.by(tool, "app.what_we_did"))
    assert (store.tool, store.table.name) == (tool, "what_we_did")


def test_five_tools_name_a_table_schema_migrations_and_are_told_apart() -> None:
    alone = Table("a", "schema_migrations", ["version"])
    of_rails = Table("b", "schema_migrations", ["version"])
    environment = Table("b", "ar_internal_metadata", ["key", "value", "created_at", "updated_at"])
    dirty = Table("c", "schema_migrations", ["version", "dirty"])
    of_ecto = Table("d", "schema_migrations", ["version", "inserted_at"])
    stores = {store.table.schema: store for store in found(alone, of_rails, environment, dirty, of_ecto)}
    assert {schema: store.tool for schema, store in stores.items()} == {
        "a": "dbmate",
        "b": "rails",
        "c": "golang_migrate",
    }
    assert stores["a"].alternatives == ("rails",)
    assert stores["b"].alternatives == ()
    assert stores["b"].others == {"environment": environment}


@pytest.mark.parametrize(
    "table",
    [
        Table("app", "release", ["version"]),
        Table("app", "tag", ["name"]),
        Table("app", "measurement", ["id", "timestamp", "name"]),
        Table("app", "voucher", ["id", "applied_at"]),
        Table("app", "alembic_version", ["id", "number"]),
        Table("app", "django_migrations", ["id", "name"]),
        Table("app", "changes", ["change_id", "script_hash", "change", "project", "committed_at", "planned_at"]),
    ],
)
def test_a_table_of_the_application_is_nobodys_bookkeeping(table: Table) -> None:
    settings = Table("app", "settings", ["key", "value", "created_at", "updated_at"])
    assert found(table, settings) == []


def test_what_a_failure_would_leave_is_said_for_every_tool_on_every_kind() -> None:
    for tool, script in TABLES.items():
        for kind in ("postgresql", "mysql", "sqlite", "mssql", "oracle"):
            session = Schemas(script, kind=kind)
            (store,) = READERS[tool].find(session.tables())
            history = READERS[tool].history(session, store)
            assert history.failure_detectable is (tool in {"atlas", "golang_migrate"})
            assert bool(history.why_not) is not history.failure_detectable
            if tool not in {"atlas", "golang_migrate", "sqitch", "dacpac", "pgroll"}:
                kept = {"mysql": "MariaDB and MySQL keep", "oracle": "Oracle keeps"}.get(kind)
                assert ("half of it is there" in history.why_not) is bool(kept)
                assert re.match(r"\S+ writes nothing down when a migration fails", history.why_not)
