# SPDX-License-Identifier: GPL-3.0-or-later
"""A frontend has the same name as its backend, and asked for that name HAProxy tells of the frontend alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.integration.haproxy._processes import HAProxy, suites
from ansible_collections.hybrid.rollout.tests.integration.haproxy.conftest import Pair, pair_of
from ansible_collections.hybrid.rollout.tests.integration.haproxy.test_rotation import MAINTENANCE, ONLINE


class SameNames(HAProxy):
    def _config(self, keep_state: bool) -> str:
        return super()._config(keep_state).replace("frontend online", "frontend quotes")

    def all_checked(self) -> bool:
        stat = self.ask("show stat -1 4 -1")
        return "INI" not in stat and ",UP 1/3," not in stat


@pytest.fixture(params=suites())
def pair(request: pytest.FixtureRequest, tmp_path: Path, certificates: dict[str, Path]) -> Iterator[Pair]:
    with pair_of(SameNames, request.param, tmp_path, certificates) as pair:
        yield pair


def test_a_member_leaves_and_comes_back_all_the_same(pair: Pair) -> None:
    assert pair.lb1.ask("show stat quotes 4 -1").strip().count("\n") == 0
    pair.place("maintenance")
    assert pair.standing() == MAINTENANCE
    pair.place("online")
    assert pair.standing() == ONLINE
    assert pair.set(state="maint")["changed"]
    seen = pair.info(pools=["quotes"])["endpoints"][1]["pools"]
    assert [(pool["pool"], len(pool["servers"])) for pool in seen] == [("quotes", 3)]
