# SPDX-License-Identifier: GPL-3.0-or-later
"""What the unit tests tell of a ledger in a file is true of one in PostgreSQL. Needs root and the tree of `tests/lab/lab base postgresql`."""

from __future__ import annotations

from itertools import count

import pytest
from ansible_collections.hybrid.rollout.tests.integration.ledger._postgresql import PostgreSQL
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._ledger.test_ledger import *  # noqa: F403
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._ledger.test_looking_back import *  # noqa: F403
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._ledger.test_under_way import *  # noqa: F403
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._ledger.test_waiting import *  # noqa: F403

NAMES = count(1)


@pytest.fixture
def address(postgresql: PostgreSQL) -> str:
    return postgresql.new_database(f"story_{next(NAMES)}")
