# SPDX-License-Identifier: GPL-3.0-or-later
"""One service on both platforms, rolled out under live traffic. Needs root and the lab."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.integration.rollout import fleet
from ansible_collections.hybrid.rollout.tests.lab.windows import costs
from ansible_collections.hybrid.rollout.tests.lab.windows.drawn import addresses

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("whole_at_1_0")]

JOURNAL = fleet.STATE / "run/windows/journal.jsonl"
FLOOR = 4  # half of seven
MOST_CALLS = 8
QUICK = {"rollout_canary_bake_seconds": 0, "rollout_bake_seconds": 0}


def test_a_good_release_replaces_every_member_and_each_windows_member_costs_eight_calls_at_most(tmp_path: Path) -> None:
    before = len(costs.read(JOURNAL))
    with fleet.Traffic(tmp_path) as traffic, fleet.PoolWatch() as watch:
        played = fleet.deploy("1.1", rollout_keep_releases=0, **QUICK)
    assert played.exit_code == 0, played.output
    assert set(played.outcomes().values()) == {"done"}
    assert fleet.is_whole("1.1")
    assert watch.fewest >= FLOOR
    assert traffic.account()["failed"] == 0
    records = costs.read(JOURNAL, before)
    assert not [record for record in records if "win_copy" in str(record["module"])]
    calls = {member: cost.calls for member, cost in costs.of_members(records).items()}
    assert set(calls) == set(addresses())
    assert max(calls.values()) <= MOST_CALLS


@pytest.mark.parametrize("canary", ["app1", "win1"])
def test_a_release_whose_own_tests_fail_never_meets_a_customer(canary: str, tmp_path: Path) -> None:
    with fleet.Traffic(tmp_path) as traffic:
        played = fleet.deploy("1.7", limit=f"{canary},win2", **QUICK)
    assert played.exit_code != 0
    assert played.outcomes() == {canary: "rolled_back", "win2": "not_reached"}
    assert "SmokeTests.A_customer_gets_one_of_the_known_quotes failed" in played.last_lines()
    assert traffic.account()["failed"] == 0
    assert list(traffic.account()["by_version"]) == ["1.0"]
    assert fleet.is_whole("1.0")
