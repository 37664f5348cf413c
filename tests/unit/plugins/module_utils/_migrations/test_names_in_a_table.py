# SPDX-License-Identifier: GPL-3.0-or-later
"""Tools that keep the name or the number of each migration, with a release that is one step on."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import (
    AHEAD,
    APPLIED,
    MISSING,
    OUT_OF_ORDER,
    PENDING,
    UNDONE,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.reader import READERS
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._migrations._schemas import (
    Schemas,
    history,
    release_of,
    standings,
    states,
)
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._migrations._tables import TABLES

CLASS = "export class {0} implements MigrationInterface {{}}"
RELEASES: dict[str, tuple[str, list[str], dict[str, str]]] = {
    "rails": (
        "INSERT INTO schema_migrations VALUES ('9'), ('20240101000000'), ('20240102000000')",
        [
            *("migrate/20240101000000_create_users.rb", "post_migrate/20240105000000_drop_name.active_record.rb"),
            *("migrate/009_old.rb", "migrate/10_between.rb", "migrate/20240102000000_b.rb", "migrate/Readme.rb"),
        ],
        {
            "9": APPLIED,
            "10": OUT_OF_ORDER,
            "20240101000000": APPLIED,
            "20240102000000": APPLIED,
            "20240105000000": PENDING,
        },
    ),
    "dbmate": (
        "INSERT INTO schema_migrations VALUES ('20240101000000'), ('20240102000000'), ('20240109000000')",
        ["20240101000000_a.sql", "20240103000000.sql", "notes.sql"],
        {"20240101000000": APPLIED, "20240102000000": MISSING, "20240103000000": OUT_OF_ORDER, "20240109000000": AHEAD},
    ),
    "goose": (
        """INSERT INTO goose_db_version VALUES (2, 1, true, 't'), (3, 10, true, 't'), (4, 10, false, 't'), (5, 9, true, 't')""",
        ["00001_a.sql", "00009_b.go", "00009_b_test.go", "00010_c.sql", "main.go"],
        {"1": APPLIED, "9": APPLIED, "10": PENDING},
    ),
    "knex": (
        "INSERT INTO knex_migrations VALUES (1, '20240101_a.js', 1, 't'), (2, '20240103_c.js', 2, 't')",
        ["20240101_a.js", "20240102_b.ts", "20240103_c.js", "20240104_d.js", "notes.md"],
        {
            "20240101_a.js": APPLIED,
            "20240102_b.ts": OUT_OF_ORDER,
            "20240103_c.js": APPLIED,
            "20240104_d.js": PENDING,
        },
    ),
    "sequelize": (
        "INSERT INTO SequelizeMeta VALUES ('20240101-a.js')",
        ["20240101-a.js", "20240102-b.js", "types.d.ts"],
        {"20240101-a.js": APPLIED, "20240102-b.js": PENDING},
    ),
    "sql_migrate": (
        "INSERT INTO gorp_migrations VALUES ('1_a.sql', 't'), ('2_b.sql', 't')",
        ["10_c.sql", "1_a.sql", "2_b.sql", "last.sql"],
        {"1_a.sql": APPLIED, "2_b.sql": APPLIED, "10_c.sql": PENDING, "last.sql": PENDING},
    ),
    "node_pg_migrate": (
        "INSERT INTO pgmigrations VALUES (1, '1706702400000_a', 't')",
        ["20240131120000001_b.sql", "1706702400000_a.js", "1706702400002_c.js", "0002_first.js"],
        {  # 2024-01-31 12:00:00.001 is 1706702400001
            "0002_first": OUT_OF_ORDER,
            "1706702400000_a": APPLIED,
            "20240131120000001_b": PENDING,
            "1706702400002_c": PENDING,
        },
    ),
    "typeorm": (
        "INSERT INTO migrations VALUES (1, 1706702400000, 'Users1706702400000')",
        ["a/1706702400000-Users.ts", "1706702400001-Orders.ts", "index.ts"],
        {"Users1706702400000": APPLIED, "Given1706702400001": PENDING},
    ),
}
TEXTS = {
    "a/1706702400000-Users.ts": CLASS.format("Users1706702400000"),
    "1706702400001-Orders.ts": CLASS.format("Orders1706702400001") + "\nname = 'Given1706702400001'",
}


@pytest.mark.parametrize("tool", list(RELEASES))
def test_a_release_is_laid_beside_the_table_in_the_tools_own_order(tool: str, tmp_path: Path) -> None:
    rows, files, expected = RELEASES[tool]
    release = release_of(tmp_path, {name: TEXTS.get(name, "SELECT 1;") for name in files})
    found = states(tool, Schemas(TABLES[tool], rows), release)
    assert list(found.items()) == list(expected.items())


@pytest.mark.parametrize(
    ("tool", "row", "file", "words"),
    [
        ("rails", "INSERT INTO schema_migrations VALUES ('2')", "1_a.rb", "NO FILE"),
        ("knex", "INSERT INTO knex_migrations VALUES (1, '2_b.js', 1, 't')", "1_a.js", "an older build that migrates"),
        (
            "sql_migrate",
            "INSERT INTO gorp_migrations VALUES ('2_b.sql', 't')",
            "1_a.sql",
            "an older build that migrates",
        ),
    ],
)
def test_what_a_tool_does_about_a_row_without_a_file_is_said(
    tool: str, row: str, file: str, words: str, tmp_path: Path
) -> None:
    ahead = standings(tool, Schemas(TABLES[tool], row), release_of(tmp_path, {file: ""}))
    (strange,) = [standing for standing in ahead.values() if standing.state == AHEAD]
    assert words in strange.detail


def test_a_file_keeps_its_place_below_the_folder_and_its_text_for_those_who_judge_phases(tmp_path: Path) -> None:
    release_of(tmp_path, {"migrate/1_a.rb": "", "post_migrate/20240105000000_drop_name.rb": "\ufeffremove_column"})
    last = READERS["rails"].migrations(tmp_path)[-1]
    assert (last.file, last.text) == ("post_migrate/20240105000000_drop_name.rb", "remove_column")
    assert (last.name, last.description, last.checksums) == ("20240105000000", "drop_name", ())


def test_a_history_without_a_release_is_in_the_tools_own_order_too() -> None:
    of_rails = history("rails", Schemas(TABLES["rails"], RELEASES["rails"][0]))
    assert [record.name for record in of_rails.records] == ["9", "20240101000000", "20240102000000"]
    of_sql_migrate = history("sql_migrate", Schemas(TABLES["sql_migrate"], RELEASES["sql_migrate"][0]))
    assert [(record.name, record.at) for record in of_sql_migrate.records] == [("1_a.sql", "t"), ("2_b.sql", "t")]


def test_a_bookkeeping_of_goose_says_what_was_undone() -> None:
    session = Schemas(TABLES["goose"], RELEASES["goose"][0])
    assert {record.name: record.state for record in history("goose", session).records} == {
        "1": APPLIED,
        "9": APPLIED,
        "10": UNDONE,
    }


@pytest.mark.parametrize("tool", [tool for tool in TABLES if tool != "sqitch"])
def test_a_folder_without_migrations_is_an_error_and_never_an_empty_release(tool: str, tmp_path: Path) -> None:
    (tmp_path / "README").touch()
    with pytest.raises(BadInput, match="has no migration of .* name the folder that has them"):
        READERS[tool].migrations(tmp_path)
    with pytest.raises(BadInput, match="cannot be read from .*nowhere"):
        READERS[tool].migrations(tmp_path / "nowhere")


def test_a_table_and_a_schema_of_any_name_are_read_with_quotes() -> None:
    session = Schemas()
    session.schema('odd "schema', 'CREATE TABLE "MIGRATIONS of us" (ID int, NAME text, RUN_ON text); ')
    session.run("""INSERT INTO "odd ""schema"."MIGRATIONS of us" VALUES (1, '1_a', 't')""")
    assert [(record.name, record.at) for record in history("node_pg_migrate", session).records] == [("1_a", "t")]
