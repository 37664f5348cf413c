# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import time
from pathlib import Path

from ansible_collections.hybrid.rollout.tests.integration.windows.small_hosts import SmallHost
from ansible_collections.hybrid.rollout.tests.winhost.modelled_host import ModelledHost
from ansible_collections.hybrid.rollout.tests.winhost.wire.restarts import Restarts


def test_a_host_that_restarts_is_down_from_the_end_of_its_services_until_they_are_back(tmp_path: Path) -> None:
    seen: list[tuple[str, bool]] = []

    def ends(host: ModelledHost) -> None:
        seen.append(("ends", "down" in host.faults))

    def comes_back(host: ModelledHost) -> None:
        seen.append(("comes back", "down" in host.faults))

    host = SmallHost("win1", "127.0.1.1", tmp_path)
    assert Restarts(ends, comes_back, seconds_down=0.05).begin(host, 0)
    deadline = time.monotonic() + 30
    while len(seen) < 2 or host.faults:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert seen == [("ends", True), ("comes back", True)]
