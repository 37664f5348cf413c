# SPDX-License-Identifier: GPL-3.0-or-later
"""A rollout asks before it begins and before each batch whether it may go on.

Needs root and the lab.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.tests.integration.haproxy._apps import App
from ansible_collections.hybrid.rollout.tests.integration.rollout import fleet

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("whole_at_1_0")]

QUICK: dict[str, Any] = {"rollout_bake_seconds": 0, "rollout_canary_bake_seconds": 0}
FROZEN: dict[str, Any] = {"rollout_freezes": [{"from": "2020-01-01", "to": "2120-01-01", "reason": "Year-end closing"}]}


def answers(run: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (event["step"], event["detail"]["occasion"], event["detail"]["verdict"])
        for event in run["events"]
        if event["kind"] == "gate" and event["detail"]["occasion"]
    ]


def test_nobody_starts_in_a_freeze() -> None:
    played = fleet.deploy("1.1", **QUICK, **FROZEN)
    assert played.exit_code != 0
    assert played.run is not None
    assert played.run["state"] == "stopped"
    assert set(played.outcomes().values()) == {"not_reached"}
    assert answers(played.run) == [("change_window_gate", "start", "failed")]
    assert "Year-end closing" in played.last_lines()
    assert fleet.is_whole("1.0")


def test_an_override_goes_on_and_is_written_down() -> None:
    why = {"rollout_override_reason": "INC0012345: prices are wrong", "rollout_override_by": "alice@example.com"}
    played = fleet.deploy("1.1", **fleet.QUICK, **FROZEN, **why)
    assert played.exit_code == 0, played.output
    assert played.run is not None
    assert answers(played.run) == [
        ("change_window_gate", occasion, "passed") for occasion in ("start", "batch 1", "batch 2")
    ]
    told = [event["detail"]["answer"].get("override") for event in played.run["events"] if event["kind"] == "gate"]
    assert told[0] == {"reason": "INC0012345: prices are wrong", "by": "alice@example.com"}
    assert fleet.is_whole("1.1")


def test_an_alert_between_two_batches_stops_the_rollout_there() -> None:
    alerts = App("alerts")

    @contextmanager
    def firing() -> Iterator[None]:
        alerts.healthy = False
        yield

    try:
        with fleet.Later("verify_online", firing):
            played = fleet.deploy(
                "1.1",
                **QUICK,
                rollout_alert_targets=[{"name": "alerts", "url": f"http://127.0.0.1:{alerts.port}/health"}],
                rollout_alert_timeout_seconds=2,
            )
    finally:
        alerts.stop()
    assert played.exit_code != 0
    assert played.run is not None
    assert list(played.outcomes().values()) == ["done", "not_reached", "not_reached", "not_reached"]
    assert [answer[:2] for answer in answers(played.run)] == [
        ("alert_gate", "start"),
        ("alert_gate", "batch 1"),
        ("alert_gate", "batch 2"),
    ]
    assert "alert_gate at batch 2" in played.run["stop_reason"]
