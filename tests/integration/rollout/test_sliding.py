# SPDX-License-Identifier: GPL-3.0-or-later
"""A window that slides: the next member starts when one is back, never more at once than the window, and it stops as batches do.

Needs root and the lab.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.tests.integration.rollout import fleet

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("whole_at_1_0")]

SLIDING: dict[str, Any] = {
    "rollout_mode": "sliding",
    "rollout_batch": "2",
    "rollout_canary_bake_seconds": 0,
    "rollout_bake_seconds": 0,
}


def most_at_once(run: dict[str, Any]) -> int:
    """From the ledger's events: how many members were claimed and not finished, at the most."""
    now = most = 0
    for event in run["events"]:
        now += {"claimed": 1, "finished": -1}.get(event["kind"], 0)
        most = max(most, now)
    return most


def order(run: dict[str, Any]) -> list[tuple[str, str]]:
    return [(event["kind"], event["member"]) for event in run["events"] if event["kind"] in ("claimed", "finished")]


@pytest.fixture
def app2_is_slow() -> Iterator[None]:
    """Its service takes seconds longer to start than the others'."""
    unit = "/run/systemd/system/quotes.service.d/slow.conf"
    fleet.inside(
        "app2",
        f"mkdir -p {Path(unit).parent}; printf '[Service]\\nExecStartPre=/bin/sleep 6\\n' > {unit}; systemctl daemon-reload",
    )
    try:
        yield
    finally:
        fleet.inside("app2", f"rm {unit}; systemctl daemon-reload")


@pytest.mark.usefixtures("app2_is_slow")
def test_everybody_is_replaced_two_at_once_and_no_customer_notices(tmp_path: Path) -> None:
    with fleet.Traffic(tmp_path) as traffic, fleet.PoolWatch() as watch:
        played = fleet.deploy("1.1", **SLIDING)
    assert played.exit_code == 0, played.output
    assert played.run is not None
    assert fleet.is_whole("1.1")
    assert most_at_once(played.run) == 2
    steps = order(played.run)
    assert steps[:2] == [("claimed", "app1"), ("finished", "app1")]
    assert steps.index(("claimed", "app4")) < steps.index(("finished", "app2")), "app4 did not wait for the slow one"
    assert watch.fewest >= 2
    assert traffic.account()["failed"] == 0


def test_a_canary_that_fails_stops_the_window_before_it_starts() -> None:
    played = fleet.deploy("1.2", **SLIDING)
    assert played.exit_code != 0
    assert played.outcomes() == {
        "app1": "rolled_back",
        "app2": "not_reached",
        "app3": "not_reached",
        "app4": "not_reached",
    }
    assert fleet.is_whole("1.0")


def test_a_failure_in_the_window_lets_those_at_work_finish_and_nobody_else_start() -> None:
    played = fleet.deploy("1.2", **{**SLIDING, "rollout_canary": 0})
    assert played.exit_code != 0
    assert played.run is not None
    assert most_at_once(played.run) == 2
    assert sorted(str(outcome) for outcome in played.outcomes().values()) == [
        "not_reached",
        "not_reached",
        "rolled_back",
        "rolled_back",
    ]
    assert played.run["state"] == "stopped"
    assert fleet.is_whole("1.0")
