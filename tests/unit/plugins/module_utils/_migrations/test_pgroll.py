# SPDX-License-Identifier: GPL-3.0-or-later
"""pgroll, whose migrations have two halves."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import (
    AHEAD,
    APPLIED,
    BASELINE,
    CONTRACT,
    IN_PROGRESS,
    PENDING,
)
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._migrations._schemas import (
    Schemas,
    release_of,
    standings,
    states,
)
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._migrations._tables import TABLES


def row(name: str, done: bool = True, type: str = "pgroll", at: str = "") -> str:
    return f"""INSERT INTO migrations (schema, name, migration, created_at, done, migration_type)
        VALUES ('public', '{name}', '{{}}', '{at or name}', {done}, '{type}');"""


FILES = {"01_a.json": "{}", "02_b.yaml": "", "03_c.yml": "", "notes.txt": ""}


def test_one_that_was_started_and_not_completed_is_expanded_and_waits_for_its_contract(tmp_path: Path) -> None:
    found = standings(
        "pgroll", Schemas(TABLES["pgroll"], row("01_a") + row("02_b", False)), release_of(tmp_path, FILES)
    )
    assert {name: standing.state for name, standing in found.items()} == {
        "01_a": APPLIED,
        "02_b": IN_PROGRESS,
        "03_c": PENDING,
    }
    assert found["02_b"].phase == CONTRACT
    assert "its contract waits for pgroll complete" in found["02_b"].detail


def test_a_change_by_something_else_is_neither_ahead_nor_missing(tmp_path: Path) -> None:
    session = Schemas(
        TABLES["pgroll"],
        row("00", True, "baseline") + row("01_a") + row("sql_1", True, "inferred") + row("04_d", at="z"),
    )
    found = standings("pgroll", session, release_of(tmp_path, FILES))
    assert (found["sql_1"].state, found["00"].state, found["04_d"].state) == (APPLIED, BASELINE, AHEAD)
    assert "a change by something else" in found["sql_1"].detail


def test_an_older_pgroll_has_no_kinds_of_rows(tmp_path: Path) -> None:
    older = TABLES["pgroll"].replace(", migration_type VARCHAR(32) DEFAULT 'pgroll'", "")
    assert "migration_type" not in older
    session = Schemas(
        older, "INSERT INTO migrations (schema, name, migration, done) VALUES ('public', '01_a', '{}', true)"
    )
    assert states("pgroll", session, release_of(tmp_path, FILES))["01_a"] == APPLIED
