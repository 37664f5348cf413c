# SPDX-License-Identifier: GPL-3.0-or-later
"""Sqitch, with its plan, its events and the hash of each script."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Optional

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import (
    AHEAD,
    APPLIED,
    EDITED,
    FAILED,
    PENDING,
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

PLAN = """%syntax-version=1.0.0
%project=flipr
%uri=https://example.org/flipr

users 2024-01-01T10:00:00Z Ann <ann@example.org> # Users first
flips [users other:base !nothing] 2024-01-02T10:00:00Z Ann <ann@example.org>
@v1.0 2024-01-03T10:00:00Z Ann <ann@example.org> # Out

users [users@v1.0] 2024-01-04T10:00:00Z Ann <ann@example.org> # More of them
+ lists 2024-01-05T10:00:00Z Ann <ann@example.org>
"""
SCRIPTS = {
    "deploy/users@v1.0.sql": "CREATE TABLE users (a int);",
    "deploy/users.sql": "ALTER TABLE users ADD b int;",
    "deploy/flips.sql": "CREATE TABLE flips (a int);",
    "deploy/lists.sql": "CREATE TABLE lists (a int);",
}
FIRST, FLIPS, REWORK, LISTS = "flipr:users", "flipr:flips", "flipr:users (rework 1)", "flipr:lists"


def sha1(text: str) -> str:
    return hashlib.sha1(text.encode()).hexdigest()


def change(number: int, name: str, script: str, project: str = "flipr") -> str:
    return f"""INSERT INTO changes (change_id, script_hash, change, project, committed_at, planned_at)
        VALUES ('id{number}', '{sha1(script)}', '{name}', '{project}', 't{number}', 'p{number}');"""


def event(number: int, kind: str, name: str, at: int) -> str:
    return f"""INSERT INTO events (event, change_id, change, project, committed_at, planned_at)
        VALUES ('{kind}', 'id{number}', '{name}', 'flipr', 't{at}', 'p{number}');"""


def database(*statements: str, kind: str = "postgresql", held: object = None) -> Schemas:
    session = Schemas(kind=kind, held=held)
    session.schema("sqitch", TABLES["sqitch"] + "".join(statements))
    return session


USERS = change(1, "users", SCRIPTS["deploy/users@v1.0.sql"])
FLIPPED = change(2, "flips", SCRIPTS["deploy/flips.sql"])


@pytest.fixture
def release(tmp_path: Path) -> Path:
    return release_of(tmp_path, {"sqitch.plan": PLAN, **SCRIPTS})


def test_the_plan_is_one_line_of_changes_and_a_rework_is_a_change_of_its_own(release: Path) -> None:
    migrations = READERS["sqitch"].migrations(release)
    assert [(one.name, list(one.needs), one.file) for one in migrations] == [
        (FIRST, [], "deploy/users@v1.0.sql"),
        (FLIPS, [FIRST, "other:base"], "deploy/flips.sql"),
        (REWORK, [FLIPS, FIRST], "deploy/users.sql"),
        (LISTS, [REWORK], "deploy/lists.sql"),
    ]
    assert [one.description for one in migrations] == ["Users first", "", "More of them", ""]


def test_what_is_deployed_is_known_by_the_hash_of_its_script(release: Path) -> None:
    edited = FLIPPED.replace(sha1(SCRIPTS["deploy/flips.sql"]), sha1("something else"))
    assert states("sqitch", database(USERS, FLIPPED), release) == {
        FIRST: APPLIED,
        FLIPS: APPLIED,
        REWORK: PENDING,
        LISTS: PENDING,
    }
    assert states("sqitch", database(USERS, edited), release)[FLIPS] == EDITED
    reworked = change(3, "users", SCRIPTS["deploy/users.sql"])
    assert states("sqitch", database(USERS, FLIPPED, reworked), release)[REWORK] == APPLIED


def test_a_failure_shows_until_it_is_deployed_after_all(release: Path) -> None:
    failed = event(2, "fail", "flips", 2)
    found = standings("sqitch", database(USERS, failed), release)
    assert (found[FLIPS].state, found[FLIPS].detail) == (FAILED, "its last event is fail")
    assert states("sqitch", database(USERS, FLIPPED, failed, event(2, "deploy", "flips", 3)), release)[FLIPS] == APPLIED
    stuck = standings(
        "sqitch", database(USERS, FLIPPED, event(2, "deploy", "flips", 2), event(2, "fail", "flips", 3)), release
    )
    assert (stuck[FLIPS].state, stuck[FLIPS].detail) == (FAILED, "reverting it failed")
    assert list(stuck) == [FIRST, FLIPS, REWORK, LISTS]


def test_a_deployment_that_took_back_all_of_its_changes_says_so(release: Path) -> None:
    found = standings("sqitch", database(event(1, "deploy", "users", 1), event(1, "revert", "users", 2)), release)
    assert (found[FIRST].state, found[FIRST].detail) == (PENDING, "its last event is revert")


def test_an_older_plan_and_another_project_in_the_same_registry(release: Path) -> None:
    found = states("sqitch", database(USERS, FLIPPED, change(3, "later", ""), change(4, "base", "", "other")), release)
    assert (found["flipr:later"], found["other:base"]) == (AHEAD, APPLIED)


@pytest.mark.parametrize(
    ("kind", "key", "held"),
    [
        ("postgresql", 75474063, True),
        ("postgresql", None, False),
        ("mysql", "sqitch working on shop", True),
        ("mysql", None, False),
        ("sqlite", None, None),
        ("oracle", None, None),
    ],
)
def test_the_lock_is_seen_where_the_server_has_one(kind: str, key: object, held: Optional[bool]) -> None:
    assert history("sqitch", database(kind=kind, held=key)).lock.held is held


def test_a_session_with_the_registry_itself_cannot_tell_whose_lock_to_look_for() -> None:
    session = database(kind="mysql")
    session.database = "sqitch"
    assert history("sqitch", session).lock.held is None


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"readme": ""}, "has no sqitch.plan"),
        ({"sqitch.plan": "users 2024-01-01T10:00:00Z Ann <a@example.org>"}, "names no project"),
        ({"sqitch.plan": "%project=flipr"}, "names no change"),
        ({"sqitch.plan": "%project=flipr\n-users 2024"}, "has the line '-users 2024', which is neither"),
        ({"sqitch.plan": "%project=flipr\nusers 2024"}, "a change whose script .*users.sql cannot be read"),
    ],
)
def test_a_plan_that_is_not_whole_says_why(files: dict[str, str], words: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=words):
        READERS["sqitch"].migrations(release_of(tmp_path, files))
