# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab with modelled Windows members beside the Linux ones, in one pool of seven."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest
from ansible_collections.hybrid.rollout.tests.integration.rollout import fleet
from ansible_collections.hybrid.rollout.tests.lab.windows.drawn import addresses

ALL_AT_ONCE = {**fleet.QUICK, "rollout_batch": "100%", "rollout_keep_releases": 0}


@pytest.fixture(scope="package", autouse=True)
def the_mixed_lab() -> Iterator[None]:
    windows = addresses()
    start("--mixed")
    fleet.MEMBERS.update(windows)
    fleet.INVENTORIES.append("inventories/lab_windows")
    yield
    fleet.INVENTORIES.remove("inventories/lab_windows")
    for name in windows:
        del fleet.MEMBERS[name]
    subprocess.run([str(fleet.TOP / "tests/lab/windows/members"), "down"], check=True)
    start()  # the load balancers forget them


def start(*options: str) -> None:
    subprocess.run([str(fleet.TOP / "tests/lab/start"), *options], check=True, stdin=subprocess.DEVNULL)


@pytest.fixture
def whole_at_1_0() -> None:
    if not fleet.is_whole("1.0"):
        played = fleet.deploy("1.0", **ALL_AT_ONCE)
        assert played.exit_code == 0, played.output
    fleet.eventually(lambda: fleet.is_whole("1.0"), "the fleet is whole at 1.0")
