# SPDX-License-Identifier: GPL-3.0-or-later
"""One of two load balancers fails: the step fails, the member is never unreachable, and nothing is left half placed unsaid.

Needs root and the lab.
"""

from __future__ import annotations

import threading
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.tests.integration.rollout import fleet

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("whole_at_1_0")]


def test_a_load_balancer_that_is_gone_before_the_start_is_an_error_and_nothing_was_changed() -> None:
    with fleet.cut_off("lb2"):
        played = fleet.deploy("1.1")
        assert played.exit_code != 0
        assert played.run is None
        assert "Nothing was changed" in played.last_lines()
        assert "lb2" in played.last_lines()
        assert {places["lb1"] for places in fleet.placements("lb1").values()} == {"online"}
    fleet.eventually(lambda: fleet.is_whole("1.0"), "every member serves 1.0")


def when_step_began(step: str, act: Any) -> threading.Thread:
    """Run ``act`` as soon as the ledger of the next run shows that the step began."""
    known = set(fleet.runs())

    def began() -> bool:
        opened = [run for run in fleet.runs() if run not in known]
        return any(event["step"] == step for run in opened for event in fleet.read(run)["events"])

    def wait() -> None:
        fleet.eventually(began, f"the step {step} begins", seconds=120)
        act()

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


@pytest.mark.parametrize("step", ["leave_pool", "activate", "verify_maintenance"])
def test_a_load_balancer_that_fails_during_a_members_step_stops_the_rollout_and_the_ledger_says_what_is_where(
    step: str,
) -> None:
    watcher = when_step_began(step, lambda: fleet.lab("net-down", "lb2"))
    try:
        played = fleet.deploy("1.1", rollout_rejoin_timeout_seconds=10, rollout_health_timeout_seconds=6)
        watcher.join()
        assert played.exit_code != 0, played.output
        assert played.recap("app1")["unreachable"] == 0
        assert played.run is not None
        assert played.run["state"] == "stopped"
        assert played.outcomes()["app2"] == "not_reached"
        assert "lb2" in played.last_lines()
        assert played.outcomes()["app1"] == "out"
        assert f"lb1: app1 {fleet.placements('lb1')['app1']['lb1']}; lb2: app1 not known" in played.last_lines()
    finally:
        watcher.join()
        fleet.lab("net-up", "lb2")
    again = fleet.deploy("1.1", **fleet.QUICK)
    assert again.exit_code == 0, again.output
    fleet.eventually(lambda: fleet.is_whole("1.1"), "the same command again makes it whole")


def test_a_load_balancer_that_refuses_orders_is_quoted() -> None:
    """An HAProxy whose admin socket is closed on purpose: the door answers TLS, and nobody is behind it."""
    fleet.inside("lb2", "systemctl stop haproxy")
    try:
        played = fleet.deploy("1.1")
        assert played.exit_code != 0
        assert played.run is None
        assert "lb2" in played.last_lines()
        assert "refused" in played.last_lines()
    finally:
        fleet.inside("lb2", "systemctl start haproxy")
    fleet.eventually(lambda: fleet.is_whole("1.0"), "every member serves 1.0")
