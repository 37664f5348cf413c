# SPDX-License-Identifier: GPL-3.0-or-later
"""Empty databases on a real PostgreSQL and a real MariaDB, for tools that change them and readers that look."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ansible_collections.hybrid.rollout.tests.integration.migration_info._servers import MariaDB, PostgreSQL
from ansible_collections.hybrid.rollout.tests.integration.migrations import _installed
from ansible_collections.hybrid.rollout.tests.integration.migrations._estate import Estate


@pytest.fixture(scope="session")
def estate() -> Iterator[Estate]:
    _installed.or_skip()
    servers = (PostgreSQL(), MariaDB())
    yield Estate({server.engine: server for server in servers})
    for server in servers:
        server.remove()
