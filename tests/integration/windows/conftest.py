# SPDX-License-Identifier: GPL-3.0-or-later
"""The collections of others that these tests read."""

from __future__ import annotations

import pytest
from ansible_collections.hybrid.rollout.tests.winhost.argument_spec.installed import COLLECTIONS, folder


@pytest.fixture(scope="session", autouse=True)
def collections() -> None:
    absent = [collection for collection in COLLECTIONS if folder(collection) is None]
    if absent:
        pytest.skip(f"not installed: {', '.join(absent)} (tests/tools/install_collections)")
