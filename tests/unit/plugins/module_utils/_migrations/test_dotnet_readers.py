# SPDX-License-Identifier: GPL-3.0-or-later
"""The tools of .NET teams: EF Core, EF6, DbUp, grate and RoundhousE, on tables made as their own sources make them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, Optional

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.grate_files import hashes
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import (
    AHEAD,
    APPLIED,
    EDITED,
    FAILED,
    MISSING,
    OUT_OF_ORDER,
    OUTDATED,
    PENDING,
    SUPERSEDED,
    History,
    Migration,
    Standing,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.reader import READERS
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._migrations._recorded import Recorded

EF_CORE = """
    CREATE TABLE "{name}" ("MigrationId" TEXT NOT NULL CONSTRAINT "PK_h" PRIMARY KEY, "ProductVersion" TEXT NOT NULL);
"""
EF_CORE_IN_SNAKE_CASE = EF_CORE.replace("MigrationId", "migration_id").replace("ProductVersion", "product_version")
EF_CORE_LOCK = 'CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER NOT NULL PRIMARY KEY, "Timestamp" TEXT NOT NULL);'
EF6 = """
    CREATE TABLE "__MigrationHistory" (
        "MigrationId" nvarchar(150) NOT NULL, "ContextKey" nvarchar(300) NOT NULL, "Model" varbinary NOT NULL,
        "ProductVersion" nvarchar(32) NOT NULL, PRIMARY KEY ("MigrationId", "ContextKey")
    );
"""
DBUP = 'CREATE TABLE "SchemaVersions" ("Id" INTEGER PRIMARY KEY, "ScriptName" nvarchar(255) NOT NULL, "Applied" datetime NOT NULL);'
DBUP_ON_POSTGRESQL = (
    "CREATE TABLE schemaversions (schemaversionsid INTEGER PRIMARY KEY, scriptname varchar(255), applied timestamp);"
)
RUNS = """
    CREATE TABLE "{prefix}ScriptsRun" (
        id INTEGER PRIMARY KEY, version_id bigint, script_name nvarchar(255), text_of_script ntext, text_hash nvarchar(512),
        one_time_script bit, entry_date datetime, modified_date datetime, entered_by nvarchar(50)
    );
    CREATE TABLE "{prefix}ScriptsRunErrors" (
        id INTEGER PRIMARY KEY, repository_path nvarchar(255), version nvarchar(50), script_name nvarchar(255),
        text_of_script ntext, erroneous_part_of_script ntext, error_message ntext, entry_date datetime, modified_date datetime,
        entered_by nvarchar(50)
    );
    CREATE TABLE "{prefix}Version" (
        id INTEGER PRIMARY KEY, repository_path nvarchar(255), version nvarchar(50), entry_date datetime, modified_date datetime,
        entered_by nvarchar(50){status}
    );
"""
GRATE = RUNS.replace("{status}", ", status nvarchar(50)")
ROUNDHOUSE = RUNS.replace("{status}", "")


def history(tool: str, session: Recorded) -> History:
    (store,) = READERS[tool].find(session.tables())
    return READERS[tool].history(session, store)


def states(standings: list[Standing]) -> dict[str, str]:
    return {standing.name: standing.state for standing in standings}


@pytest.fixture
def release(tmp_path: Path) -> Callable[..., Path]:
    def write(*names: str, text: str = "SELECT 1;\n") -> Path:
        for name in names:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes(text.encode())
        return tmp_path

    return write


def test_each_table_is_taken_by_its_own_tool_and_by_no_other_whatever_its_name_is() -> None:
    tables = {
        "efcore": [EF_CORE.format(name="Versions"), EF_CORE_IN_SNAKE_CASE.format(name="ef_history")],
        "ef6": [EF6.replace("__MigrationHistory", "OLD_HISTORY")],
        "dbup": [DBUP.replace("SchemaVersions", "Journal"), DBUP_ON_POSTGRESQL],
        "grate": [GRATE.format(prefix=""), GRATE.format(prefix="grate_")],
        "roundhouse": [ROUNDHOUSE.format(prefix="RH_")],
    }
    for tool, definitions in tables.items():
        for definition in definitions:
            found = {
                name for name, reader in READERS.items() if reader.find(Recorded(definition, schema="ops").tables())
            }
            assert found == {tool}
    together = Recorded(*(definition for definitions in tables.values() for definition in definitions)).tables()
    assert {tool: len(READERS[tool].find(together)) for tool in tables} == {
        tool: len(found) for tool, found in tables.items()
    }


class TestEFCore:
    @staticmethod
    def database(*ids: str, product: str = "9.0.1", lock: str = "", **about: Any) -> Recorded:
        session = Recorded(EF_CORE.format(name="__EFMigrationsHistory"), lock, **about)
        session.insert("__EFMigrationsHistory", *({"MigrationId": found, "ProductVersion": product} for found in ids))
        return session

    def test_ids_are_compared_without_case_and_ordered_by_their_time(self) -> None:
        recorded = history(
            "efcore", self.database("20240301000000_PRICES", "20240101000000_Init", "20240401000000_New")
        )
        release = [Migration(f"{when}_{name}", version="1.0") for when, name in [
            ("20240101000000", "Init"), ("20240201000000", "Late"), ("20240301000000", "Prices"), ("20240501000000", "Next"),
        ]]  # fmt: skip
        standings = READERS["efcore"].compare(recorded, release)
        assert states(standings) == {
            "20240101000000_Init": APPLIED,
            "20240201000000_Late": OUT_OF_ORDER,
            "20240301000000_Prices": APPLIED,
            "20240401000000_New": MISSING,
            "20240501000000_Next": PENDING,
        }
        assert list(states(standings)) == sorted(states(standings))
        (ahead,) = READERS["efcore"].compare(recorded, release[:3])[-1:]
        assert (ahead.state, "another context" in ahead.detail) == (AHEAD, True)
        assert not recorded.failure_detectable
        assert recorded.records[0].detail == "EF Core 9.0.1"

    def test_a_folder_is_refused_with_the_command_that_makes_a_manifest(self, tmp_path: Path) -> None:
        with pytest.raises(BadInput, match=r"manifest.*dotnet ef migrations list --json"):
            READERS["efcore"].migrations(tmp_path)

    def test_on_sqlite_the_lock_is_a_row_that_outlives_its_holder(self) -> None:
        session = self.database("20240101000000_Init", lock=EF_CORE_LOCK)
        assert history("efcore", session).lock.held is False
        session.insert("__EFMigrationsLock", {"Id": 1, "Timestamp": "2026-11-26 13:00:00"})
        lock = history("efcore", session).lock
        assert (lock.held, lock.since, lock.outlives_holder) == (True, "2026-11-26 13:00:00", True)

    @pytest.mark.parametrize(
        ("kind", "product", "free", "held"),
        [
            ("mssql", "9.0.0", 0, True),
            ("mssql", "9.0.0", 1, False),
            ("mssql", "10.0.0", 1, False),
            ("mssql", "8.0.4", 0, True),
            ("mssql", "8.0.4", 1, None),
            ("postgresql", "9.0.0", None, False),
            ("postgresql", "8.0.4", None, None),
            ("mysql", "9.0.0", None, None),
        ],
    )
    def test_what_is_free_says_nothing_where_no_release_that_locks_has_been(
        self, kind: str, product: str, free: Optional[int], held: Optional[bool]
    ) -> None:
        session = self.database("20240101000000_Init", product=product, kind=kind)
        session.answers = {"APPLOCK_TEST": [{"free": free}], "dm_tran_locks": []}
        assert history("efcore", session).lock.held is held
        asked = [values for statement, values in session.asked if "APPLOCK_TEST" in statement]
        assert asked == ([("__EFMigrationsLock",)] if kind == "mssql" else [])


class TestEF6:
    def test_contexts_that_share_a_table_are_told_apart_and_the_model_is_left_where_it_is(self) -> None:
        session = Recorded(EF6)
        rows = [("202001010000001_Init", "Shop"), ("202003010000001_Other", "Bills"), ("202002010000001_Price", "Shop")]
        for name, context in rows:
            row = {"MigrationId": name, "ContextKey": context, "Model": b"\x1f\x8b", "ProductVersion": "6.4.4"}
            session.insert("__MigrationHistory", row)
        recorded = history("ef6", session)
        assert not any("Model" in statement for statement, _values in session.asked)
        release = [Migration("202001010000001_INIT", version="9"), Migration("202004010000001_Next", version="1")]
        assert states(READERS["ef6"].compare(recorded, release)) == {
            "202001010000001_INIT": APPLIED,
            "202002010000001_Price": MISSING,
            "202004010000001_Next": PENDING,
        }
        assert len(READERS["ef6"].compare(recorded, [])) == 3, "a release without any cannot tell which are its own"
        assert (recorded.failure_detectable, recorded.lock.held) == (False, None)
        with pytest.raises(BadInput, match=r"EF6.*manifest.*Migrations folder"):
            READERS["ef6"].migrations(Path("db"))


class TestDbUp:
    @pytest.mark.parametrize("definition", [DBUP, DBUP_ON_POSTGRESQL])
    def test_scripts_stand_by_their_names(self, definition: str, release: Callable[..., Path]) -> None:
        session = Recorded(definition)
        (table,) = session.tables()
        key, name, applied = table.columns
        for number, script in enumerate(("2020.001 init.sql", "gone.sql", "2020.002 prices.sql", "new.sql"), 1):
            session.insert(table.name, {key: number, name: script, applied: "2026-01-01 10:00:00"})
        folder = release("2020/002 prices.sql", "2020/001 init.sql", "2021/001.sql", "readme.txt")
        recorded = history("dbup", session)
        standings = READERS["dbup"].compare(recorded, READERS["dbup"].migrations(folder))
        assert states(standings) == {
            "2020.001 init.sql": APPLIED,
            "2020.002 prices.sql": APPLIED,
            "2021.001.sql": PENDING,
            "gone.sql": MISSING,
            "new.sql": AHEAD,
        }
        assert (recorded.failure_detectable, recorded.lock.held) == (False, None)
        assert "half-way" in recorded.why_not

    def test_a_script_with_the_name_of_an_assembly_is_not_taken_for_the_file(
        self, release: Callable[..., Path]
    ) -> None:
        session = Recorded(DBUP)
        session.insert("SchemaVersions", {"Id": 1, "ScriptName": "Shop.Db.Scripts.001.sql", "Applied": "2026-01-01"})
        migrations = READERS["dbup"].migrations(release("Scripts/001.sql"))
        standing = READERS["dbup"].compare(history("dbup", session), migrations)[0]
        assert (standing.name, standing.state) == ("Scripts.001.sql", PENDING)
        assert "the database has it as Shop.Db.Scripts.001.sql" in standing.detail
        assert "manifest" in standing.detail


class TestGrate:
    @staticmethod
    def database(*runs: tuple[str, str, bool], definition: str = GRATE, prefix: str = "", **about: Any) -> Recorded:
        session = Recorded(definition.format(prefix=prefix), **about)
        for number, (script, digest, once) in enumerate(runs, 1):
            row = {"script_name": script, "text_hash": digest, "one_time_script": once, "text_of_script": "secret"}
            session.insert(f"{prefix}ScriptsRun", {"id": number, **row, "entry_date": f"2026-01-01 10:00:0{number}"})
        return session

    def test_scripts_run_in_the_order_of_their_folders_and_then_of_their_names(
        self, release: Callable[..., Path]
    ) -> None:
        folder = release(
            "up/0002_b.sql", "Views/v.sql", "Views/Z.sql", "up/0001_A.sql", "up/sub/x.sql", "permissions/p.sql",
            "runBeforeUp/z.sql", "beforeMigration/b.sql", "down/0001.sql", "up/notes.txt", "Views/everytime.w.sql",
        )  # fmt: skip
        migrations = READERS["grate"].migrations(folder)
        assert [migration.name for migration in migrations] == [
            "b.sql", "z.sql", "0001_A.sql", "0002_b.sql", "sub/x.sql", "everytime.w.sql", "v.sql", "Z.sql", "p.sql",
        ]  # fmt: skip
        assert [found.name for found in migrations if not found.repeatable] == ["0001_A.sql", "0002_b.sql", "sub/x.sql"]
        assert [found.name for found in migrations if not found.checksums] == ["b.sql", "everytime.w.sql", "p.sql"]
        assert "x.sql" in [migration.name for migration in READERS["roundhouse"].migrations(folder)]
        with pytest.raises(BadInput, match="runBeforeUp, up"):
            READERS["grate"].migrations(folder / "Views")

    def test_hashes_are_of_the_text_with_doubled_quotes_and_one_kind_of_line_end(self) -> None:
        """The first is what openssl makes of the bytes: it, two quotes, s, a line end, 1."""
        assert hashes("it's\r\n1")[0] == hashes("it's\n1")[0] == hashes("it's\r1")[0] == "/ptbtqDQfqgYGPqr5mbwKg=="
        assert len(hashes("it's\n1")) == 1
        assert len(hashes("it's\r\n1")) == 2, "RoundhousE made another one of the same text"
        assert hashes("USE {{DatabaseName}}") == ()

    def test_scripts_stand_by_name_and_hash(self, release: Callable[..., Path]) -> None:
        (same,) = hashes("SELECT 1;\n")
        session = self.database(
            ("0001.sql", same, True), ("sub\\0002.sql", "other", True), ("v.sql", "other", False), ("v.sql", same, False),
            ("w.sql", same, False), ("w.sql", "other", False), ("p.sql", "other", False), ("gone.sql", same, True),
        )  # fmt: skip
        folder = release(
            "up/0001.sql", "up/sub/0002.sql", "up/0003.sql", "up/0004.ENV.TEST.sql", "views/v.sql", "views/w.sql",
            "permissions/p.sql",
        )  # fmt: skip
        recorded = history("grate", session)
        standings = READERS["grate"].compare(recorded, READERS["grate"].migrations(folder))
        assert states(standings) == {
            "0001.sql": APPLIED,
            "0003.sql": PENDING,
            "0004.ENV.TEST.sql": PENDING,
            "sub/0002.sql": EDITED,
            "v.sql": APPLIED,
            "w.sql": OUTDATED,
            "p.sql": APPLIED,
            "gone.sql": AHEAD,
        }
        assert [record.state for record in recorded.records if record.name == "v.sql"] == [SUPERSEDED, APPLIED]
        assert [standing.name for standing in standings if "environment" in standing.detail] == ["0004.ENV.TEST.sql"]
        assert not any("text_of_script" in statement for statement, _values in session.asked)

    def test_an_error_is_a_failure_until_the_script_has_ended_well(self) -> None:
        session = self.database(("0001.sql", "x", True), ("0002.sql", "x", True))
        error = {"error_message": "syntax\n  error at END", "erroneous_part_of_script": "secret"}
        session.insert(
            "ScriptsRunErrors", {"id": 1, "script_name": "0002.sql", "entry_date": "2026-01-01 10:00:01", **error}
        )
        session.insert(
            "ScriptsRunErrors", {"id": 2, "script_name": "0003.sql", "entry_date": "2026-01-01 10:00:09", **error}
        )
        recorded = history("grate", session)
        assert recorded.failure_detectable
        assert [(found.name, found.state, found.detail) for found in recorded.records if found.state != APPLIED] == [
            ("0003.sql", FAILED, "syntax error at END")
        ]

    @pytest.mark.parametrize(
        ("statuses", "held"),
        [(["Finished", "InProgress"], True), (["InProgress", "Finished"], None), (["Error"], None), ([], None)],
    )
    def test_a_deployment_under_way_says_so_and_goes_on_saying_so_when_it_is_killed(
        self, statuses: list[str], held: Optional[bool]
    ) -> None:
        session = self.database()
        for number, status in enumerate(statuses, 1):
            session.insert(
                "Version", {"id": number, "version": f"1.{number}", "status": status, "entry_date": "2026-01-01"}
            )
        lock = history("grate", session).lock
        assert lock.held is held
        assert lock.outlives_holder == bool(held)
        assert ("1.2" in lock.holder) == bool(held)

    def test_roundhouse_is_told_from_grate_by_the_status_and_a_doubt_is_named(self) -> None:
        (old,) = READERS["roundhouse"].find(self.database(definition=ROUNDHOUSE).tables())
        assert (old.alternatives, set(old.others)) == (("grate",), {"versions", "errors"})
        assert history("roundhouse", self.database(definition=ROUNDHOUSE)).lock.held is None
        alone = [table for table in self.database().tables() if table.name == "ScriptsRun"]
        (store,) = [store for reader in READERS.values() for store in reader.find(alone)]
        assert (store.tool, store.alternatives) == ("grate", ("roundhouse",))
        recorded = READERS["grate"].history(self.database(), store)
        assert not recorded.failure_detectable
        assert "errors is not there" in recorded.why_not

    def test_the_tables_that_grate_keeps_about_itself_are_not_the_services(self) -> None:
        session = Recorded(GRATE.format(prefix=""), GRATE.format(prefix="Grate"), schema="grate")
        (store,) = READERS["grate"].find(session.tables())
        assert (store.table.name, store.others["versions"].name, store.others["errors"].name) == (
            "ScriptsRun", "Version", "ScriptsRunErrors",
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("kind", "expected"), [("mssql", {"A.sql": APPLIED}), ("sqlite", {"A.sql": PENDING, "a.sql": MISSING})]
    )
    def test_capitals_count_where_they_count_to_the_database(self, kind: str, expected: dict[str, str]) -> None:
        recorded = history("grate", self.database(("a.sql", "x", True), kind=kind))
        assert states(READERS["grate"].compare(recorded, [Migration("A.sql")])) == expected
