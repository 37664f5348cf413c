# SPDX-License-Identifier: GPL-3.0-or-later
"""golang-migrate, which keeps one number and whether it stumbled there."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.golang_migrate import lock_number
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import (
    AHEAD,
    APPLIED,
    FAILED,
    IN_PROGRESS,
    MISSING,
    PENDING,
)
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._migrations._schemas import (
    Schemas,
    history,
    release_of,
    standings,
)
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._migrations._tables import TABLES

FILES = {f"{number}_x.{way}.sql": "" for number in ("0001", "2", "10") for way in ("up", "down")}


def database(version: int, dirty: bool = False, kind: str = "postgresql", held: object = None) -> Schemas:
    return Schemas(
        TABLES["golang_migrate"], f"INSERT INTO schema_migrations VALUES ({version}, {dirty})", kind=kind, held=held
    )


KEY = lock_number("main", "schema_migrations", "shop")


@pytest.mark.parametrize(
    ("session", "expected", "words"),
    [
        (Schemas(TABLES["golang_migrate"]), {"1": PENDING, "2": PENDING, "10": PENDING}, ""),
        (database(2), {"1": APPLIED, "2": APPLIED, "10": PENDING}, ""),
        (database(2, True), {"1": APPLIED, "2": FAILED, "10": PENDING}, "migrate force"),
        (database(2, True, held=KEY), {"1": APPLIED, "2": IN_PROGRESS, "10": PENDING}, "the lock is held"),
        (database(2, True, kind="sqlite"), {"1": APPLIED, "2": FAILED, "10": PENDING}, "or it is running now"),
        (database(5), {"1": APPLIED, "2": APPLIED, "5": MISSING, "10": PENDING}, "an older build"),
        (database(11), {"1": APPLIED, "2": APPLIED, "10": APPLIED, "11": AHEAD}, "an older build"),
        (database(11, True), {"1": APPLIED, "2": APPLIED, "10": APPLIED, "11": FAILED}, "an older build"),
    ],
)
def test_one_row_stands_for_all_that_is_not_above_it(
    session: Schemas, expected: dict[str, str], words: str, tmp_path: Path
) -> None:
    found = standings("golang_migrate", session, release_of(tmp_path, FILES))
    assert [(name, standing.state) for name, standing in found.items()] == list(expected.items())
    at = str(max(int(record.name) for record in history("golang_migrate", session).records)) if words else "1"
    assert words in found[at].detail


def test_what_lies_below_the_number_is_said_to_be_inferred(tmp_path: Path) -> None:
    found = standings("golang_migrate", database(10), release_of(tmp_path, FILES))
    assert found["1"].detail == "not above 10, the only number that golang-migrate keeps"


@pytest.mark.parametrize(
    ("names", "number"),
    [
        (["database_name"], 1764327054),
        (["schema_name_1", "database_name"], 2453313553),
        (["schema_name_2", "database_name"], 235207038),
        (["schema_name_1", "schema_name_2", "database_name"], 3743845847),
    ],
)
def test_the_number_of_the_lock_is_the_tools_own(names: list[str], number: int) -> None:
    assert lock_number(*names) == number


@pytest.mark.parametrize(
    ("kind", "key", "held"),
    [
        ("postgresql", KEY, True),
        ("postgresql", None, False),
        ("mysql", str(lock_number("shop:schema_migrations")), True),
        ("mysql", None, False),
        ("mssql", str(lock_number("main", "shop")), True),
        ("mssql", None, False),
        ("sqlite", None, None),
    ],
)
def test_the_lock_is_seen_where_the_server_has_one(kind: str, key: object, held: Optional[bool]) -> None:
    assert history("golang_migrate", database(1, kind=kind, held=key)).lock.held is held
