# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab with a PostgreSQL behind the pool. Its releases bring migrations, and its members write and read rows."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest
from ansible_collections.hybrid.rollout.tests.integration.rollout import fleet
from ansible_collections.hybrid.rollout.tests.integration.rollout_database import _database

INVENTORY = "inventories/lab_database"


@pytest.fixture(scope="package", autouse=True)
def the_lab_with_a_database() -> Iterator[None]:
    start("--database")
    fleet.INVENTORIES.append(INVENTORY)
    fleet.make_whole("1.0")
    yield
    fleet.INVENTORIES.remove(INVENTORY)
    subprocess.run([str(fleet.TOP / "tests/lab/database/server"), "down"], check=True)
    start()


def start(*options: str) -> None:
    subprocess.run([str(fleet.TOP / "tests/lab/start"), *options], check=True, stdin=subprocess.DEVNULL)


@pytest.fixture
def as_1_0_left_it() -> None:
    fleet.make_whole("1.0")
    _database.change(*_database.AS_1_0_LEFT_IT)
