# SPDX-License-Identifier: GPL-3.0-or-later
"""An empty ledger in a SQLite file, whose clock the story sets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._ledger._quotes import Wall


@pytest.fixture
def address(tmp_path: Path) -> str:
    return str(tmp_path / "state" / "ledger.sqlite3")


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def ledger(address: str, wall: Wall) -> Iterator[Ledger]:
    with Ledger.open(address, wall=wall) as opened:
        yield opened
