# SPDX-License-Identifier: GPL-3.0-or-later
"""The traps of Ansible's own failure budgets, each on a real play with two batches of two: no further batch starts.

Needs root and the lab. Each story first shows that the trap was sprung, then that the ledger and the exit code say why it ended.
"""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.hybrid.rollout.tests.integration.rollout import fleet
from ansible_collections.hybrid.rollout.tests.integration.rollout.fleet import Played

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("whole_at_1_0")]

VICTIM = "app1"


def spring(trap: str, **extra: Any) -> Played:
    return fleet.play(
        f"tests/integration/rollout/traps/{trap}.yml",
        rollout_service="quotes",
        rollout_version="1.1",
        trap_victim=VICTIM,
        ansible_timeout=3,
        rollout_offline="plan",
        **extra,
    )


def assert_stopped_after_the_first_batch(played: Played, because: str) -> None:
    assert played.exit_code != 0
    assert played.run is not None
    claimed = {event["member"] for event in played.run["events"] if event["kind"] == "claimed"}
    assert claimed == {"app1", "app2"}
    assert because in played.run["stop_reason"]
    assert because in played.last_lines()
    assert "app3" in played.last_lines()


def test_t1_an_unreachable_member_spends_the_budget() -> None:
    with fleet.cut_off(VICTIM):
        played = spring("t1_unreachable")
    assert played.recap(VICTIM)["unreachable"] == 1
    assert_stopped_after_the_first_batch(played, "app1 started and not finished")


def test_t2_a_failure_in_a_block_with_always_spends_the_budget() -> None:
    played = spring("t2_always")
    assert "cleaned up" in played.output
    assert_stopped_after_the_first_batch(played, "app1 started and not finished")


def test_t3_members_that_were_rescued_without_a_failure_spend_the_budget() -> None:
    played = spring("t3_rescue")
    assert played.recap(VICTIM)["rescued"] == 1
    assert_stopped_after_the_first_batch(played, "app1 started and not finished; app2 started and not finished")


def test_t4_a_member_that_neither_rescue_nor_always_ran_for_spends_the_budget() -> None:
    with fleet.cut_off(VICTIM):
        played = spring("t4_rescue_of_unreachable")
    assert f"rescue ran for {VICTIM}" not in played.output
    assert f"always ran for {VICTIM}" not in played.output
    assert_stopped_after_the_first_batch(played, "app1 started and not finished")


def test_t5_a_fatal_unreachable_member_spends_the_budget() -> None:
    with fleet.cut_off(VICTIM):
        played = spring("t5_fatal_unreachable")
    assert "rescue ran for app2" in played.output
    assert_stopped_after_the_first_batch(played, "app1 started and not finished")


def test_t6_a_fatal_failure_spends_the_budget() -> None:
    played = spring("t6_fatal_failure")
    assert "rescue ran for app2, failed task undefined" in played.output
    assert_stopped_after_the_first_batch(played, "app1 started and not finished")


def test_t7_one_of_two_failing_in_each_batch_spends_the_budget() -> None:
    played = spring("t7_percentage")
    assert_stopped_after_the_first_batch(played, "app1 started and not finished")


def test_t8_a_batch_in_which_everybody_failed_is_the_end_and_its_run_makes_way() -> None:
    played = spring("t8_whole_batch")
    assert played.exit_code != 0
    assert played.outcomes() == {"app1": None, "app2": None, "app3": None, "app4": None}
    assert "NOT FINISHED" in played.last_lines()
    assert "not reached: app3, app4" in played.last_lines()
    again = fleet.deploy("1.1", **fleet.QUICK)
    assert again.exit_code == 0, again.output


def test_t9_a_member_lost_to_an_unreachable_load_balancer_spends_the_budget() -> None:
    with fleet.cut_off("lb1"):
        played = spring("t9_delegated", rollout_endpoints=[{"name": "lb2", "url": "tls://10.77.0.12:9999"}])
    assert played.recap(VICTIM)["unreachable"] == 1
    assert_stopped_after_the_first_batch(played, "app1 started and not finished")


def test_our_own_way_of_a_member_runs_its_rescue_although_the_member_is_cut_off() -> None:
    """T4 for `deploy` itself: a lost connection is a failed step, so the outcome is written down and the run stops."""
    with fleet.cut_off(VICTIM):
        played = fleet.deploy("1.1", ansible_timeout=3, rollout_health_timeout_seconds=3)
    assert played.recap(VICTIM)["unreachable"] == 0
    assert played.outcomes() == {
        "app1": "unreachable",
        "app2": "not_reached",
        "app3": "not_reached",
        "app4": "not_reached",
    }
    assert "app1: failed and cannot be reached" in played.last_lines()
