# SPDX-License-Identifier: GPL-3.0-or-later
"""Empty ledgers on a real PostgreSQL, or on either database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hybrid.rollout.tests.integration.ledger._server import Server
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._ledger._quotes import Wall


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.remove()


@pytest.fixture
def address(server: Server) -> str:
    return server.new_database()


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def ledger(address: str, wall: Wall) -> Iterator[Ledger]:
    with Ledger.open(address, wall=wall) as opened:
        yield opened


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a ledger that is not there yet."""
    if request.param == "sqlite":
        return str(tmp_path / "ledger.sqlite3")
    server: Server = request.getfixturevalue("server")
    return server.new_database()
