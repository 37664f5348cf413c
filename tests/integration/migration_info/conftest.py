# SPDX-License-Identifier: GPL-3.0-or-later
"""The servers that the tests read from, one of each for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Union

import pytest
from ansible_collections.hybrid.rollout.tests.integration.migration_info._servers import MariaDB, PostgreSQL
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._migrations._plain_tool import FIRST, SCHEMA


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


@pytest.fixture(params=["postgresql", "mariadb"])
def server(request: pytest.FixtureRequest) -> Union[PostgreSQL, MariaDB]:
    running: Union[PostgreSQL, MariaDB] = request.getfixturevalue(request.param)
    return running


@pytest.fixture
def database(server: Union[PostgreSQL, MariaDB]) -> str:
    """One that the tool of the tests has migrated once."""
    name = server.new()
    server.change(name, SCHEMA, FIRST)
    return name
