# SPDX-License-Identifier: GPL-3.0-or-later
"""Ledgers of both kinds: a file, and a database in a real PostgreSQL. Needs root and the tree of `tests/lab/lab base postgresql`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.integration.ledger._postgresql import PostgreSQL

NUMBERS = count(1)


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgreSQL]:
    server = PostgreSQL(tmp_path_factory.mktemp("postgresql"))
    yield server
    server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a new ledger is to be."""
    if request.param == "sqlite":
        return str(tmp_path / "ledger.sqlite3")
    server: PostgreSQL = request.getfixturevalue("postgresql")
    return server.new_database(f"rollout_{next(NUMBERS)}")
