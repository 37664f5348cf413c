# SPDX-License-Identifier: GPL-3.0-or-later
"""The real tools change real databases, and the readers say of each what its own users would."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import (
    AHEAD,
    APPLIED,
    FAILED,
    PENDING,
    UNKNOWN,
)
from ansible_collections.hybrid.rollout.tests.integration.migrations._estate import Estate
from ansible_collections.hybrid.rollout.tests.integration.migrations._tool import BY_ITSELF, Step, Tool
from ansible_collections.hybrid.rollout.tests.integration.migrations._tools import ADD, CREATE, WRITES, migrate, written

BREAK = Step(2, "break_half_way", ["CREATE TABLE half (id INT PRIMARY KEY)", "INSERT INTO nowhere VALUES (1)"])
# A Rails of before its second table left the same one; all others can be told for sure.
LOOKS_LIKE = {"dbmate": ("rails",)}
# These record a failure. All others leave their bookkeeping as it was.
RECORDS_FAILURES = {"sqitch"}
# On PostgreSQL these two run no migration as one transaction; on MariaDB no tool can.
WITHOUT_TRANSACTION = {"sequelize", "sqitch"}


@pytest.mark.parametrize(("tool", "kind"), WRITES)
def test_what_is_applied_what_is_pending_and_what_an_older_release_does_not_know(
    tool: Tool, kind: str, estate: Estate, tmp_path: Path
) -> None:
    database = estate.database(kind)
    first, old = written(tool, tmp_path / "first", CREATE)
    second, new = written(tool, tmp_path / "second", CREATE, ADD)

    migrate(tool, first, database)
    assert estate.ask(tool.tool, database, new).states == [APPLIED, PENDING]

    migrate(tool, second, database)
    answer = estate.ask(tool.tool, database, new)
    assert answer.states == [APPLIED, APPLIED]
    assert [standing.name for standing in answer.standings] == [tool.name(CREATE), tool.name(ADD)]
    # Alembic's table has the newest one alone, and what led to it stands in the newer release.
    known = UNKNOWN if tool.tool == "alembic" else APPLIED
    assert estate.ask(tool.tool, database, old).states == [known, AHEAD]

    (found,) = estate.stores(database)
    assert (found.tool, tuple(found.alternatives)) == (tool.tool, LOOKS_LIKE.get(tool.tool, ()))


@pytest.mark.parametrize(("tool", "kind"), WRITES)
def test_a_migration_that_fails_half_way_is_shown_or_is_said_to_be_invisible(
    tool: Tool, kind: str, estate: Estate, tmp_path: Path
) -> None:
    database = estate.database(kind)
    first, _folder = written(tool, tmp_path / "first", CREATE)
    broken, new = written(tool, tmp_path / "broken", CREATE, BREAK)
    migrate(tool, first, database)
    assert tool.command(broken, database, BY_ITSELF).run().returncode != 0

    assert ("half" in estate.tables(database)) == (kind == "mysql" or tool.tool in WITHOUT_TRANSACTION)
    answer = estate.ask(tool.tool, database, new)
    assert answer.states == [APPLIED, FAILED if tool.tool in RECORDS_FAILURES else PENDING]
    assert not answer.history.failure_detectable
    assert answer.history.why_not
