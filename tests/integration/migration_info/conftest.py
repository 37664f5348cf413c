# SPDX-License-Identifier: GPL-3.0-or-later
"""The servers that the tests read from, one of each for all of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ansible_collections.hybrid.rollout.tests.integration.migration_info._servers import MariaDB, PostgreSQL


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    running = PostgreSQL()
    yield running
    running.remove()


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDB]:
    running = MariaDB()
    yield running
    running.remove()
