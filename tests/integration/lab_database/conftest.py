# SPDX-License-Identifier: GPL-3.0-or-later
"""Both editions of the lab's service, and a real PostgreSQL with the table that they keep rows in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.integration.lab_database._table import Table
from ansible_collections.hybrid.rollout.tests.integration.ledger._server import Server
from ansible_collections.hybrid.rollout.tests.integration.ledger.conftest import server
from ansible_collections.hybrid.rollout.tests.integration.windows import _ledgerd
from ansible_collections.hybrid.rollout.tests.lab.quotes.build_releases import Release
from ansible_collections.hybrid.rollout.tests.unit.lab_quotes import running_quotes
from ansible_collections.hybrid.rollout.tests.unit.lab_quotes.edition import Edition

__all__ = ["server"]

Start = Callable[[str], Edition]
EDITIONS: dict[str, Callable[..., AbstractContextManager[Edition]]] = {
    "linux": running_quotes.running,
    "windows": _ledgerd.running,
}


@pytest.fixture
def table(server: Server) -> Table:
    """As release 1.0 made it."""
    made = Table(server.new_database())
    made.change("CREATE TABLE sayings (id text PRIMARY KEY, said_by text)")
    return made


@pytest.fixture(params=EDITIONS)
def start(request: pytest.FixtureRequest, table: Table, tmp_path: Path) -> Iterator[Start]:
    """Starts a release that is ready."""
    running = EDITIONS[request.param]
    with ExitStack() as editions:

        def started(version: str) -> Edition:
            home = tmp_path / version
            home.mkdir()
            edition = editions.enter_context(running(Release(version, 0.0), home, database=table.address))
            edition.wait_until_ready()
            return edition

        yield started
