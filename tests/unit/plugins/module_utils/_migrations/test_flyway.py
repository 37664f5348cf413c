# SPDX-License-Identifier: GPL-3.0-or-later
"""Flyway's history, with rows that Flyway 9.22.3 wrote on PostgreSQL and MariaDB."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.flyway import Flyway
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.flyway_checksum import checksum
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import (
    AHEAD,
    APPLIED,
    BASELINE,
    EDITED,
    FAILED,
    IGNORED,
    MISSING,
    OUT_OF_ORDER,
    OUTDATED,
    PENDING,
    SUPERSEDED,
    UNDONE,
    History,
    Migration,
    Standing,
)
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._migrations._recorded import Recorded

TABLE = """
    CREATE TABLE "{name}" (
        "installed_rank" integer PRIMARY KEY, "version" varchar(50), "description" varchar(200) NOT NULL,
        "type" varchar(20) NOT NULL, "script" varchar(1000) NOT NULL, "checksum" integer,
        "installed_by" varchar(100) NOT NULL, "installed_on" timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
        "execution_time" integer NOT NULL, "success" boolean NOT NULL
    )
"""
ORDERS = "CREATE TABLE orders (id INT PRIMARY KEY);\r\nINSERT INTO orders VALUES (1);\r\n"

# rank, version, description, type, script, checksum, success
Run = tuple[int, Optional[str], str, str, str, Optional[int], bool]
REAL: list[Run] = [
    (1, "1", "init", "SQL", "V1__init.sql", 1980170870, True),
    (2, "1.1", "add status", "SQL", "V1.1__add_status.sql", 521809131, True),
    (3, "2.5", "Add a", "SQL", "V2_5__Add_a.sql", 1837479914, True),
    (4, "010", "ten", "SQL", "V010__ten.sql", -1523582250, True),
    (5, None, "v orders", "SQL", "R__v_orders.sql", 725784140, True),
    (6, None, "v2", "SQL", "R__v2.sql", -1685586243, True),
    (7, "2", "ooo", "SQL", "V2__ooo.sql", -1963481728, True),
    (8, None, "v2", "SQL", "R__v2.sql", 953251860, True),
    (9, "2.5", "Add a", "DELETE", "V2_5__Add_a.sql", 1837479914, True),
]
HALF: Run = (1, "1", "half", "SQL", "V1__half.sql", -542927793, False)
BASED: Run = (1, "1.1", "<< Flyway Baseline >>", "BASELINE", "<< Flyway Baseline >>", None, True)


def database(*runs: Run, kind: str = "sqlite", table: str = "flyway_schema_history", schema: str = "") -> Recorded:
    session = Recorded(TABLE.format(name=table), kind=kind, schema=schema)
    names = ("installed_rank", "version", "description", "type", "script", "checksum", "success")
    rest = {"installed_by": "deploy", "execution_time": 7}
    session.insert(table, *({**dict(zip(names, run)), **rest} for run in runs))
    return session


def history(*runs: Run, **about: Any) -> History:
    session = database(*runs, **about)
    (store,) = Flyway().find(session.tables())
    return Flyway().history(session, store)


def sql(version: Optional[str], description: str = "x", number: Optional[int] = None, success: bool = True) -> Run:
    return (0, version, description, "SQL", "x.sql", number, success)


def ranked(*runs: Run) -> list[Run]:
    return [(rank, *run[1:]) for rank, run in enumerate(runs, 1)]


@pytest.fixture
def release(tmp_path: Path) -> Any:
    def write(*names: str, **texts: str) -> Path:
        folder = tmp_path / "db"
        for name in names:
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(texts.get(name.split("__")[0], "SELECT 1;\n").encode())
        folder.mkdir(exist_ok=True)
        return folder

    return write


def stand(recorded: History, folder: Path) -> list[Standing]:
    return Flyway().compare(recorded, Flyway().migrations(folder))


def states(standings: list[Standing]) -> dict[str, str]:
    return {standing.name: standing.state for standing in standings}


def test_rows_that_flyway_wrote_are_told_in_its_own_words() -> None:
    records = history(*REAL).records
    assert [(record.version, record.detail, record.state) for record in records] == [
        ("1", "Success", APPLIED),
        ("1.1", "Success", APPLIED),
        ("2.5", "Deleted", UNDONE),
        ("010", "Success", APPLIED),
        (None, "Success", APPLIED),
        (None, "Superseded", SUPERSEDED),
        ("2", "Out of Order", APPLIED),
        (None, "Success", APPLIED),
    ]
    assert [record.name for record in records if record.repeatable] == ["R__v_orders", "R__v2", "R__v2"]
    assert records[0].at
    assert records[0].checksum == "1980170870"
    assert [(record.state, record.detail) for record in history(HALF).records] == [(FAILED, "Failed")]
    assert [(record.state, record.detail) for record in history(BASED).records] == [(BASELINE, "Baseline")]


def test_a_release_beside_those_rows_stands_as_flyway_info_shows_it(release: Any) -> None:
    folder = release(
        "V1__init.sql", "V1_5__late.sql", "V2_5__Add_a.sql", "V010__ten.sql", "V11__next.sql", "R__v_orders.sql",
        "notes.sql", "U1__init.sql", "afterMigrate.sql", V1=ORDERS,
    )  # fmt: skip
    standings = stand(history(*REAL), folder)
    assert [(standing.name, standing.state) for standing in standings] == [
        ("1", APPLIED),
        ("1.1", MISSING),
        ("1.5", OUT_OF_ORDER),  # Flyway: Ignored
        ("2", MISSING),
        ("2.5", OUT_OF_ORDER),
        ("10", EDITED),
        ("11", PENDING),
        ("R__v_orders", OUTDATED),
        ("R__v2", MISSING),
    ]


STORIES: dict[str, tuple[list[Run], list[str], dict[str, str]]] = {
    "an older release finds a newer database": (
        ranked(sql("1"), sql("2")),
        ["V1__x.sql"],
        {"1": APPLIED, "2": AHEAD},  # Flyway: Future
    ),
    "one failed on MariaDB": ([HALF], ["V1__half.sql", "V2__next.sql"], {"1": FAILED, "2": PENDING}),
    "below a baseline nothing runs": (
        [BASED],
        ["V1__x.sql", "V1_1__x.sql", "V1_1_1__x.sql"],
        {"1": IGNORED, "1.1": BASELINE, "1.1.1": PENDING},  # Flyway: Below Baseline
    ),
    "trailing noughts and underscores make no other version": (
        ranked(sql("1.0"), sql("2_0_0")),
        ["V1__x.sql", "V2.0__x.sql"],
        {"1": APPLIED, "2": APPLIED},
    ),
    "versions are numbers, however long": (
        ranked(sql("20240101120000999999")),
        ["V9__x.sql", "V20240101120001000000__x.sql"],
        {"9": OUT_OF_ORDER, "20240101120000999999": MISSING, "20240101120001000000": PENDING},
    ),
    "the row of a created schema is no migration": (
        [(0, None, "<< Flyway Schema Creation >>", "SCHEMA", '"app"', None, True)],
        ["V1__x.sql"],
        {"1": PENDING},
    ),
    "a type that came with a plugin is a migration like others": (
        [(1, "1", "x", "PYTHON", "V1__x.py", None, True)],
        ["V1__x.sql"],
        {"1": APPLIED},
    ),
    "what was undone waits again": (
        [*ranked(sql("1"), sql("2")), (3, "2", "x", "UNDO_SQL", "U2__x.sql", None, True)],
        ["V1__x.sql", "V2__x.sql"],
        {"1": APPLIED, "2": PENDING},
    ),
    "what was undone puts nothing out of order": (
        [*ranked(sql("1"), sql("2")), (3, "2", "x", "UNDO_SQL", "U2__x.sql", None, True), (4, *sql("1.5")[1:])],
        ["V1__x.sql", "V1_5__x.sql", "V1_7__x.sql", "V2__x.sql"],
        {"1": APPLIED, "1.5": APPLIED, "1.7": PENDING, "2": PENDING},
    ),
    "an undo that failed is a failure": (
        [*ranked(sql("1")), (2, "1", "x", "UNDO_SQL", "U1__x.sql", None, False)],
        ["V1__x.sql"],
        {"1": FAILED},
    ),
    "an empty database begins with the newest baseline script": (
        [],
        ["V1__x.sql", "B1__x.sql", "V2__x.sql", "B2__x.sql", "V3__x.sql"],
        {"B2": PENDING, "1": IGNORED, "2": IGNORED, "3": PENDING},
    ),
    "a database that has begun never runs a baseline script": (
        ranked(sql("1")),
        ["V1__x.sql", "V2__x.sql", "B2__x.sql"],
        {"1": APPLIED, "2": PENDING},
    ),
    "a database that began with a baseline script": (
        [(1, "2", "x", "SQL_BASELINE", "B2__x.sql", None, True)],
        ["V1__x.sql", "V2__x.sql", "B2__x.sql", "V3__x.sql"],
        {"B2": BASELINE, "1": IGNORED, "2": IGNORED, "3": PENDING},
    ),
}


def test_a_migration_that_ran_after_an_undone_one_is_not_called_late() -> None:
    runs, _files, _expected = STORIES["what was undone puts nothing out of order"]
    assert [record.detail for record in history(*runs).records] == ["Success", "Undone", "Success"]


@pytest.mark.parametrize("story", STORIES)
def test_each_migration_stands_where_flyway_has_it(story: str, release: Any) -> None:
    runs, files, expected = STORIES[story]
    assert states(stand(history(*runs), release(*files))) == expected


# What stood in the files of those rows; in the repeatable one Flyway had put a value in place of ${w}.
WRITTEN = {
    1: ORDERS,
    2: "-- caf\u00e9\nALTER TABLE orders ADD status VARCHAR(10);\n",
    3: "ALTER TABLE orders ADD a INT",
    4: "ALTER TABLE orders ADD b INT;\n",
    5: "CREATE OR REPLACE VIEW v_orders AS SELECT id FROM orders;\n",
    6: "CREATE OR REPLACE VIEW v2 AS SELECT id, 1 AS w FROM orders;\n",
    7: "ALTER TABLE orders ADD ooo INT;\n",
    8: "CREATE OR REPLACE VIEW v2 AS SELECT id, 2 AS w FROM orders;\n",
}


@pytest.mark.parametrize("run", REAL[:8], ids=[run[4] for run in REAL[:8]])
def test_every_checksum_that_flyway_wrote_is_computed_anew(run: Run) -> None:
    assert checksum(WRITTEN[run[0]].encode()) == str(run[5])


def test_the_checksum_is_the_one_that_flyway_stored_whatever_the_line_ends_are(release: Any) -> None:
    assert checksum(ORDERS.encode()) == "1980170870"
    for variant in (ORDERS.replace("\r\n", "\n"), ORDERS.replace("\r\n", "\r"), "\ufeff" + ORDERS, ORDERS.rstrip()):
        assert checksum(variant.encode()) == "1980170870"
    assert checksum(b"") == "0"
    assert int(checksum(b"-- d")) < 0, "stored as a signed number"
    assert checksum("a\u2028b\x0bc".encode()) != checksum(b"abc"), "no other sign ends a line"
    kept, changed = ranked(sql("1", number=1980170870)), ranked(sql("1", number=1980170871))
    folder = release("V1__x.sql", V1=ORDERS)
    assert (states(stand(history(*kept), folder)), states(stand(history(*changed), folder))) == (
        {"1": APPLIED},
        {"1": EDITED},
    )


def test_a_repeatable_script_with_placeholders_is_called_outdated_with_a_doubt(release: Any) -> None:
    recorded = history(*ranked(sql(None, "grants", 5), sql(None, "view", 5)))
    folder = release("R__grants.sql", "sub/R__view.sql", R="GRANT SELECT ON t TO ${reader};")
    (folder / "sub/R__view.sql").write_text("CREATE VIEW v AS SELECT 1;")
    doubts = {standing.name: "placeholders" in standing.detail for standing in stand(recorded, folder)}
    assert states(stand(recorded, folder)) == {"R__grants": OUTDATED, "R__view": OUTDATED}
    assert doubts == {"R__grants": True, "R__view": False}


def test_a_manifest_may_name_files_or_versions() -> None:
    recorded = history(*ranked(sql("1"), sql("2_0"), sql(None, "v orders")))
    manifest = [
        Migration("V1__init.sql"),
        Migration("2", version="2.0"),
        Migration("10.1"),
        Migration("sub/R__v_orders.sql"),
    ]
    expected = {"1": APPLIED, "2": APPLIED, "10.1": PENDING, "R__v_orders": APPLIED}
    assert states(Flyway().compare(recorded, manifest)) == expected
    with pytest.raises(BadInput, match="'com.example.Later' names no migration of Flyway"):
        Flyway().compare(recorded, [Migration("com.example.Later")])


def test_a_script_in_another_encoding_is_not_called_edited(release: Any) -> None:
    folder = release("V1__x.sql")
    (folder / "V1__x.sql").write_bytes("-- größer".encode("latin-1"))
    assert states(stand(history(*ranked(sql("1", number=5))), folder)) == {"1": APPLIED}


@pytest.mark.parametrize("name", ["V1_init.sql", "V1.x__init.sql", "R_view.sql", "B1-init.sql"])
def test_a_name_that_flyway_would_skip_in_silence_is_refused(name: str, release: Any) -> None:
    with pytest.raises(BadInput, match=r"two underscores") as refused:
        Flyway().migrations(release(name))
    assert name in str(refused.value)


def test_two_files_of_one_version_are_refused_as_flyway_refuses_them(release: Any) -> None:
    with pytest.raises(BadInput, match="V1_0__b.sql and V1__a.sql"):
        Flyway().migrations(release("V1__a.sql", "V1_0__b.sql"))
    with pytest.raises(BadInput, match="no directory"):
        Flyway().migrations(release() / "nowhere")


def test_the_table_is_known_by_its_columns_and_by_no_name() -> None:
    renamed = database(*REAL, table="db_versions", schema="ops")
    (store,) = Flyway().find(renamed.tables())
    assert (store.tool, store.table.schema, store.table.name) == ("flyway", "ops", "db_versions")
    assert len(Flyway().history(renamed, store).records) == 8
    before_5 = TABLE.replace('"installed_rank"', '"version_rank" integer, "installed_rank"')
    assert Flyway().find(Recorded(before_5.format(name="schema_version")).tables())
    assert not Flyway().find(Recorded("CREATE TABLE flyway_schema_history (version text, success boolean)").tables())


def test_why_a_failure_may_not_show_depends_on_the_database() -> None:
    mysql = database(kind="mysql", schema="shop")
    mysql.answers = {"IS_USED_LOCK": [{"session": None}], "wsrep_on": []}
    (store,) = Flyway().find(mysql.tables())
    beside = Flyway().history(mysql, store)
    said = history()
    assert (beside.failure_detectable, said.failure_detectable) == (False, False)
    assert "none for one that was killed" in beside.why_not
    assert "rolled back" in said.why_not
    assert "CONCURRENTLY" in said.why_not


def test_a_run_on_postgresql_is_seen_by_the_key_that_flyway_takes() -> None:
    session = database(kind="postgresql", schema="public")
    session.answers = {"pg_locks": [{"session": 42, "account": "deploy", "program": "Flyway", "host": "10.0.0.9"}]}
    (store,) = Flyway().find(session.tables())
    lock = Flyway().history(session, store).lock
    assert lock.held
    assert not lock.outlives_holder
    assert "deploy" in lock.holder
    ((high, low),) = [values for statement, values in session.asked if "pg_locks" in statement]
    assert (high << 32 | low) == 77433833903597, "measured with Flyway on public.flyway_schema_history"


@pytest.mark.parametrize(
    ("kind", "answers", "piece", "values", "held"),
    [
        ("mysql", {"IS_USED_LOCK": [{"session": 5}], "processlist": []}, "IS_USED_LOCK", ("Flyway--1695041341",), True),
        ("mysql", {"IS_USED_LOCK": [{"session": None}], "wsrep_on": [{"value": "OFF"}]}, "IS_USED_LOCK", None, False),
        ("mysql", {"IS_USED_LOCK": [{"session": None}], "wsrep_on": [{"value": "ON"}]}, "wsrep_on", (), None),
        ("mssql", {"APPLOCK_TEST": [{"free": 1}]}, "APPLOCK_TEST", ("Flyway-1605327583",), False),
        ("sqlite", {}, "", None, None),
        ("oracle", {}, "", None, None),
    ],
)
def test_on_other_servers_the_lock_has_a_name_or_cannot_be_seen(
    kind: str, answers: Any, piece: str, values: Any, held: Optional[bool]
) -> None:
    session = database(kind=kind, schema="shop")
    session.answers = answers
    (store,) = Flyway().find(session.tables())
    assert Flyway().history(session, store).lock.held is held
    if values is not None:
        assert values in [given for statement, given in session.asked if piece in statement]
