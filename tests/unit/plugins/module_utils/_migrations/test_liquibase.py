# SPDX-License-Identifier: GPL-3.0-or-later
"""Liquibase's log, with rows that Liquibase 4.28 and 4.4 wrote for the changelogs of this file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.liquibase import Liquibase
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import (
    AHEAD,
    APPLIED,
    CONTRACT,
    EDITED,
    EXPAND,
    FAILED,
    IGNORED,
    MISSING,
    OUTDATED,
    PENDING,
    SKIPPED,
    History,
    Standing,
)
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._migrations._recorded import Recorded

LOG = """
    CREATE TABLE {name} (
        ID VARCHAR(255) NOT NULL, AUTHOR VARCHAR(255) NOT NULL, FILENAME VARCHAR(255) NOT NULL, DATEEXECUTED TIMESTAMP NOT NULL,
        ORDEREXECUTED INT NOT NULL, EXECTYPE VARCHAR(10) NOT NULL, MD5SUM VARCHAR(35), DESCRIPTION VARCHAR(255),
        COMMENTS VARCHAR(255), TAG VARCHAR(255), LIQUIBASE VARCHAR(20), CONTEXTS VARCHAR(255), LABELS VARCHAR(255),
        DEPLOYMENT_ID VARCHAR(10)
    );
"""
LOCK = """
    CREATE TABLE {name} (
        ID INT NOT NULL PRIMARY KEY, LOCKED BOOLEAN NOT NULL, LOCKGRANTED TIMESTAMP, LOCKEDBY VARCHAR(255)
    );
"""
MASTER = """<?xml version="1.0" encoding="UTF-8"?>
<databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog">
  <changeSet id="x1" author="Ann" labels="Expand"><createTable tableName="a"><column name="id" type="int"/></createTable></changeSet>
  <include file="orders.sql" relativeToChangelogFile="true"/>
  <includeAll path="db/more"/>
</databaseChangeLog>
"""
ORDERS = """--liquibase formatted sql

--changeset anna:1 labels:expand
CREATE TABLE orders (id INT PRIMARY KEY);
INSERT INTO orders VALUES (1);
--rollback DROP TABLE orders;

--changeset anna:2 labels:"contract, big" context:prod dbms:postgresql splitStatements:false
--comment said apart
-- said within
ALTER TABLE orders
\tDROP COLUMN old; /* why */
/* liquibase rollback
ALTER TABLE orders ADD COLUMN old int;
*/

--changeset "b o":"three x" runOnChange:true endDelimiter:/
--preconditions onFail:MARK_RAN
--precondition-sql-check expectedResult:0 SELECT 0
CREATE VIEW v AS SELECT id AS größe FROM orders
/
--changeset bob:4 dbms:mysql
SELECT 4;
--changeset bob:5 ignore:true
SELECT 5;
--ignoreLines:2
SELECT 6;
SELECT 7;
--changeset bob:8 runAlways:true
--validCheckSum: 9:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
SELECT 8; -- ${nobody}
"""
RELEASE = {
    "db/master.xml": MASTER,
    "db/orders.sql": ORDERS,
    "db/more/B_bom.sql": "\ufeff--liquibase formatted sql\n--changeset c:2\nSELECT 2;",
    "db/more/a_crlf.sql": "-- liquibase formatted sql logicalFilePath:old/name.sql\r\n-- changeset c:1\r\nSELECT 1;\r\n",
    "db/more/b_raw.sql": "CREATE TABLE raw1 (id int);\n-- hm\n",
    "db/more/c.json": '{"databaseChangeLog": [{"changeSet": {"id": "j1", "author": "c", "labels": "expand", "runOnChange": true,'
    ' "changes": [{"sql": {"sql": "SELECT 3"}}]}}]}',
    "db/more/notes.txt": "no changelog",
}
# id, author, file, kind, sum, contexts, labels: what Liquibase 4.28 wrote when it ran that release
Ran = tuple[str, str, str, str, Optional[str], str, str]
REAL: list[Ran] = [
    ("x1", "Ann", "db/master.xml", "EXECUTED", "9:636bae2d3858aca467c19b1fd200f59a", "()", "expand"),
    ("1", "anna", "db/orders.sql", "EXECUTED", "9:1d3d034d180be0ddc4e53a55cb5eebd6", "()", "expand"),
    ("2", "anna", "db/orders.sql", "EXECUTED", "9:5beff03539c982f4810c016ff38460e4", "prod", "contract,big"),
    ("three x", "b o", "db/orders.sql", "EXECUTED", "9:6cfbba85a9148716d2f6bcc19547ac0e", "()", ""),
    ("8", "bob", "db/orders.sql", "EXECUTED", "9:bb396498504ed38d1ecf32b7a0ff3240", "()", ""),
    ("2", "c", "db/more/B_bom.sql", "EXECUTED", "9:cd1510052112db30d0cd43ccde792b3e", "()", ""),
    ("1", "c", "old/name.sql", "EXECUTED", "9:0a7ed49c904abc7110aa09324b49f106", "()", ""),
    ("raw", "includeAll", "db/more/b_raw.sql", "EXECUTED", "9:acc2abeb515895b905eeb6b07535f899", "()", ""),
    ("j1", "c", "db/more/c.json", "EXECUTED", "9:6766cbc32b00f286b235b62ef93d8e44", "()", "expand"),
]
FROM_4_4: Ran = ("1", "x", "db/v8.sql", "EXECUTED", "8:1299757950f2a4bc6ca7abbec6ca2a01", "()", "")


def database(*ran: Ran, log: str = "databasechangelog", lock: str = "databasechangeloglock", **about: Any) -> Recorded:
    session = Recorded(LOG.format(name=log), LOCK.format(name=lock), **about)
    names = ("ID", "AUTHOR", "FILENAME", "EXECTYPE", "MD5SUM", "CONTEXTS", "LABELS")
    for order, run in enumerate(ran, 1):
        when = {"DATEEXECUTED": f"2026-11-26 14:09:{order:02}", "ORDEREXECUTED": order}
        session.insert(log, {**dict(zip(names, run)), **when})
    return session


def history(*ran: Ran, **about: Any) -> History:
    session = database(*ran, **about)
    (store,) = Liquibase().find(session.tables())
    return Liquibase().history(session, store)


@pytest.fixture
def release(tmp_path: Path) -> Any:
    def write(files: dict[str, str]) -> Path:
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes(text.encode())
        return tmp_path

    return write


def stand(recorded: History, folder: Path) -> list[Standing]:
    return Liquibase().compare(recorded, Liquibase().migrations(folder))


def states(standings: list[Standing]) -> dict[str, str]:
    return {standing.name: standing.state for standing in standings}


def names(folder: Path) -> list[str]:
    return [migration.name for migration in Liquibase().migrations(folder)]


def test_what_liquibase_ran_of_a_release_is_applied_and_not_edited(release: Any) -> None:
    standings = stand(history(*REAL, kind="postgresql"), release(RELEASE))
    assert states(standings) == {
        "db/master.xml::x1::Ann": APPLIED,
        "db/orders.sql::1::anna": APPLIED,
        "db/orders.sql::2::anna": APPLIED,
        "db/orders.sql::three x::b o": APPLIED,
        "db/orders.sql::4::bob": IGNORED,
        "db/orders.sql::8::bob": APPLIED,
        "db/more/B_bom.sql::2::c": APPLIED,
        "old/name.sql::1::c": APPLIED,
        "db/more/b_raw.sql::raw::includeAll": APPLIED,
        "db/more/c.json::j1::c": APPLIED,
    }
    assert [standing.phase for standing in standings[:3]] == [EXPAND, EXPAND, CONTRACT]


@pytest.mark.parametrize(
    ("file", "old", "new", "name", "expected"),
    [
        ("db/orders.sql", "VALUES (1)", "VALUES (2)", "db/orders.sql::1::anna", EDITED),
        ("db/orders.sql", "VALUES (1)", "VALUES\n\t( 1 )", "db/orders.sql::1::anna", APPLIED),
        ("db/orders.sql", "-- said within", "-- said", "db/orders.sql::2::anna", EDITED),
        ("db/orders.sql", "--comment said apart", "--comment said", "db/orders.sql::2::anna", APPLIED),
        ("db/orders.sql", "ADD COLUMN old int", "ADD COLUMN old text", "db/orders.sql::2::anna", APPLIED),
        ("db/orders.sql", "--rollback DROP TABLE orders;", "", "db/orders.sql::1::anna", APPLIED),
        ("db/orders.sql", "AS größe", "AS size", "db/orders.sql::three x::b o", OUTDATED),
        ("db/orders.sql", "AS größe", "AS ${size}", "db/orders.sql::three x::b o", APPLIED),
        ("db/more/b_raw.sql", "raw1", "raw2", "db/more/b_raw.sql::raw::includeAll", EDITED),
        ("db/more/a_crlf.sql", "SELECT 1", "SELECT 2", "old/name.sql::1::c", EDITED),
        ("db/more/a_crlf.sql", "\r\n", "\n", "old/name.sql::1::c", APPLIED),
        ("db/more/a_crlf.sql", "\r\n", "\r", "old/name.sql::1::c", APPLIED),
        ("db/more/c.json", "SELECT 3", "SELECT 4", "db/more/c.json::j1::c", APPLIED),  # nobody but Liquibase can tell
    ],
)
def test_an_edited_changeset_is_seen_where_its_sum_can_be_made(
    file: str, old: str, new: str, name: str, expected: str, release: Any
) -> None:
    changed = {**RELEASE, file: RELEASE[file].replace(old, new)}
    assert changed != RELEASE
    assert states(stand(history(*REAL, kind="postgresql"), release(changed)))[name] == expected


def test_sums_that_other_releases_made_and_sums_that_were_cleared_say_nothing_of_a_change(release: Any) -> None:
    text = "--liquibase formatted sql\n--changeset x:1\nSELECT 1;\n--changeset x:2\nSELECT 2;\n"
    cleared: Ran = ("2", "x", "db/v8.sql", "EXECUTED", None, "()", "")
    folder = release({"db/v8.sql": text})
    assert set(states(stand(history(FROM_4_4, cleared), folder)).values()) == {APPLIED}
    other: Ran = (*FROM_4_4[:4], "9:1299757950f2a4bc6ca7abbec6ca2a01", "()", "")
    assert list(states(stand(history(other, cleared), folder)).values()) == [EDITED, APPLIED]
    valid = text.replace("SELECT 1", "--validCheckSum: 9:1299757950f2a4bc6ca7abbec6ca2a01\nSELECT 1")
    assert set(states(stand(history(other, cleared), release({"db/v8.sql": valid}))).values()) == {APPLIED}
    anything = text.replace("SELECT 1", "--validCheckSum: ANY\nSELECT 1")
    assert set(states(stand(history(other, cleared), release({"db/v8.sql": anything}))).values()) == {APPLIED}


def test_kinds_of_runs_and_what_only_one_side_knows(release: Any) -> None:
    text = "--liquibase formatted sql\n" + "".join(f"--changeset x:{number}\nSELECT {number};\n" for number in "123456")
    ran = [
        ("1", "EXECUTED"),
        ("gone", "EXECUTED"),
        ("2", "MARK_RAN"),
        ("3", "RERAN"),
        ("4", "FAILED"),
        ("7", "EXECUTED"),
    ]
    recorded = history(*((number, "X", "classpath:DB\\c.sql", kind, None, "()", "") for number, kind in ran))
    assert states(stand(recorded, release({"db/c.sql": text}))) == {
        "db/c.sql::1::x": APPLIED,
        "db/c.sql::2::x": SKIPPED,
        "db/c.sql::3::x": APPLIED,
        "db/c.sql::4::x": FAILED,
        "db/c.sql::5::x": PENDING,
        "db/c.sql::6::x": PENDING,
        "DB/c.sql::gone::X": MISSING,
        "DB/c.sql::7::X": AHEAD,
    }
    assert [record.detail for record in recorded.records] == [kind for _number, kind in ran]
    assert not recorded.failure_detectable
    assert "half-way" in recorded.why_not


def test_a_folder_that_begins_elsewhere_than_liquibases_paths_is_named_and_not_guessed(release: Any) -> None:
    standings = stand(history(*REAL), release({"orders.sql": ORDERS}))
    (waiting,) = [standing for standing in standings if standing.name == "orders.sql::1::anna"]
    assert waiting.state == PENDING
    assert "the database has it as db/orders.sql::1::anna" in waiting.detail


@pytest.mark.parametrize(
    ("attributes", "kind", "expected", "detail"),
    [
        ("dbms:mysql", "mysql", PENDING, ""),
        ("dbms:mariadb,h2", "mysql", PENDING, ""),
        ("dbms:mysql", "postgresql", IGNORED, "only on mysql"),
        ("dbms:!mysql", "mysql", PENDING, ""),  # MariaDB may be behind it
        ("dbms:!mysql,!mariadb", "mysql", IGNORED, "only on"),
        ("dbms:!oracle", "mssql", PENDING, ""),
        ("dbms:all", "sqlite", PENDING, ""),
        ("dbms:h2", "sqlite", IGNORED, "only on h2"),
        ("context:test", "sqlite", PENDING, "only under a context that fits test"),
        ('contextFilter:"prod and !eu"', "sqlite", PENDING, "only under a context that fits prod and !eu"),
    ],
)
def test_a_changeset_that_waits_says_under_what_condition_it_runs(
    attributes: str, kind: str, expected: str, detail: str, release: Any
) -> None:
    folder = release({"c.sql": f"--liquibase formatted sql\n--changeset x:1 {attributes}\nSELECT 1;\n"})
    (standing,) = stand(history(kind=kind), folder)
    assert (standing.state, detail in standing.detail) == (expected, True)
    assert bool(standing.detail) == bool(detail)


@pytest.mark.parametrize(
    ("attributes", "phase", "by"),
    [
        ("labels:expand", EXPAND, "label"),
        ('labels:"big, CONTRACT"', CONTRACT, "label"),
        ("context:contract", CONTRACT, "context"),
        ('labels:"expand,contract"', None, ""),
        ('context:"expand and prod"', None, ""),
        ("labels:expanded", None, ""),
        ("", None, ""),
    ],
)
def test_the_phase_is_what_a_label_or_a_context_says_and_nothing_else(
    attributes: str, phase: Optional[str], by: str, release: Any
) -> None:
    folder = release({"c.sql": f"--liquibase formatted sql\n--changeset x:1 {attributes}\nSELECT 1;\n"})
    (migration,) = Liquibase().migrations(folder)
    assert (migration.phase, migration.declared_in) == (phase, by)


def test_labels_of_an_include_are_those_of_all_that_it_takes_in(release: Any) -> None:
    labelled = MASTER.replace('relativeToChangelogFile="true"', 'relativeToChangelogFile="true" labels="contract"')
    phases = {
        found.name: found.phase for found in Liquibase().migrations(release({**RELEASE, "db/master.xml": labelled}))
    }
    assert phases["db/orders.sql::8::bob"] == CONTRACT
    assert phases["db/orders.sql::1::anna"] is None, "both phases at once"
    assert phases["old/name.sql::1::c"] is None


def test_lines_and_changesets_that_the_author_put_aside_are_not_there(release: Any) -> None:
    text = (
        "\n -- liquibase formatted sql\n--changeset x:1\nSELECT 1;\n--ignoreLines:start\n--changeset x:2\nSELECT 2;\n"
        "--ignoreLines:end\nSELECT 3;\n--property name:a value:b\n"
    )
    xml = (
        '<databaseChangeLog logicalFilePath="l.xml"><include file="c.sql"/><changeSet id="i" author="x" ignore="true"/>'
    )
    end = (
        '<modifyChangeSets><include file="m.sql"/></modifyChangeSets><changeSet id="k" author="x"/></databaseChangeLog>'
    )
    folder = release({"c.sql": text, "m.sql": text.replace("x:1", "x:9"), "root.xml": xml + end})
    assert names(folder) == ["c.sql::1::x", "m.sql::9::x", "l.xml::k::x"]
    assert Liquibase().migrations(folder)[0].text == "SELECT 1;\nSELECT 3;"


FORMATTED = "--liquibase formatted sql\n--changeset x:1\nSELECT 1;\n"
REFUSED: dict[str, tuple[dict[str, str], str]] = {
    "two changelogs, and nothing says which is first": (
        {"a.sql": FORMATTED, "b.sql": FORMATTED},
        "a.sql, b.sql .*manifest",
    ),
    "YAML": ({"c.yaml": "databaseChangeLog:\n- include: {file: c.sql}\n"}, "c.yaml: .*no YAML: ship a manifest"),
    "an included YAML": (
        {"r.xml": '<databaseChangeLog><include file="c.yml"/></databaseChangeLog>', "c.yml": "databaseChangeLog: []"},
        "c.yml: .*no YAML",
    ),
    "a changelog that is not there": (
        {"r.xml": '<databaseChangeLog><include file="db/c.sql"/></databaseChangeLog>'},
        "includes db/c.sql, which is not there.*search path",
    ),
    "a property in a path": (
        {"r.xml": '<databaseChangeLog><include file="${dir}/c.sql"/></databaseChangeLog>'},
        "property .*manifest",
    ),
    "a property in an id": (
        {"r.xml": '<databaseChangeLog><changeSet id="${n}" author="x"/></databaseChangeLog>'},
        "property .*manifest",
    ),
    "a class of the user's own chooses the files": (
        {"r.xml": '<databaseChangeLog><includeAll path="." filter="com.example.Mine"/></databaseChangeLog>'},
        "settings that only Liquibase follows",
    ),
    "broken XML": ({"r.xml": "<databaseChangeLog>"}, "r.xml is no XML"),
    "XML with a document type": (
        {"r.xml": '<!DOCTYPE d [<!ENTITY e "x">]><databaseChangeLog/>'},
        "document type",
    ),
    "broken JSON": ({"r.json": '{"databaseChangeLog": [1]}'}, "r.json is no changelog"),
    "a changeset without a name": ({"c.sql": FORMATTED + "--changeset x : 2\n"}, "--changeset AUTHOR:ID"),
}


@pytest.mark.parametrize("story", REFUSED)
def test_what_only_liquibase_can_read_is_refused_with_a_way_out(story: str, release: Any) -> None:
    files, said = REFUSED[story]
    with pytest.raises(BadInput, match=f"(?s){said}"):
        Liquibase().migrations(release(files))


def test_changelogs_that_include_each_other_end_with_words(release: Any) -> None:
    circle = '<databaseChangeLog><include file="{}"/></databaseChangeLog>'
    files = {"r.xml": circle.format("a.xml"), "a.xml": circle.format("b.xml"), "b.xml": circle.format("a.xml")}
    with pytest.raises(BadInput, match="a.xml includes b.xml includes a.xml"):
        Liquibase().migrations(release(files))


def test_a_folder_without_a_changelog_has_no_migrations(release: Any) -> None:
    assert names(release({"notes.sql": "SELECT 1;", "pom.xml": "<project/>"})) == []


def test_the_log_and_its_lock_are_known_by_their_columns_in_any_case_and_under_any_name() -> None:
    session = database(*REAL, log="CHANGES_OF_SHOP", lock="WHO_CHANGES", schema="ops")
    (store,) = Liquibase().find(session.tables())
    assert (store.table.name, store.others["lock"].name) == ("CHANGES_OF_SHOP", "WHO_CHANGES")
    assert Liquibase().history(session, store).lock.held is False
    both = Recorded(
        *(part.format(name=name) for name in ("a", "b") for part in (LOG, LOCK.replace("{name}", "{name}lock")))
    )
    assert {store.table.name: store.others["lock"].name for store in Liquibase().find(both.tables())} == {
        "a": "alock",
        "b": "block",
    }
    unknown = Recorded(LOG.format(name="a"), LOCK.format(name="x"), LOCK.format(name="y"))
    (alone,) = Liquibase().find(unknown.tables())
    assert Liquibase().history(unknown, alone).lock.held is None
    assert not Liquibase().find(Recorded("CREATE TABLE DATABASECHANGELOG (ID text, AUTHOR text)").tables())


@pytest.mark.parametrize(("locked", "held"), [(True, True), (False, False), (b"\x01", True), (b"\x00", False)])
def test_a_lock_row_tells_who_took_it_and_that_it_outlives_him(locked: Any, held: bool) -> None:
    session = database(*REAL)
    session.insert(
        "databasechangeloglock",
        {"ID": 1, "LOCKED": locked, "LOCKGRANTED": "2026-11-26 13:00:00", "LOCKEDBY": "ci (10.0.0.9)"},
    )
    (store,) = Liquibase().find(session.tables())
    lock = Liquibase().history(session, store).lock
    assert (lock.held, lock.outlives_holder) == (held, True)
    assert ((lock.holder, lock.since) == ("ci (10.0.0.9)", "2026-11-26 13:00:00")) == held
