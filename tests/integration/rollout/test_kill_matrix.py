# SPDX-License-Identifier: GPL-3.0-or-later
"""A controller is killed at any moment of a member's way, and the same command is given again, while customers use the service.

Needs root and the lab. Each moment meets one of the three signals; with KILL_MATRIX=whole each meets every one. The matrix is printed at the end.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.integration.rollout import fleet

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("the_lab_is_up")]

STEPS = (
    *("stage", "leave_pool", "still_out", "activate", "verify_member"),
    *("verify_maintenance", "join_pool", "verify_online", "prune"),
)
MOMENTS = ("run_opened", "claimed", *(f"step_began {step}" for step in STEPS), "finished")
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
WHOLE = os.environ.get("KILL_MATRIX") == "whole"
CASES = [
    (moment, number)
    for place, moment in enumerate(MOMENTS)
    for number in (SIGNALS if WHOLE else (SIGNALS[place % len(SIGNALS)],))
]
HOW = {"rollout_canary": 0, "rollout_batch": "2", "rollout_bake_seconds": 0.5}


def next_version() -> str:
    """The other of two good releases, so that no case needs a fleet that was put back first."""
    if fleet.is_whole("1.0"):
        return "1.1"
    fleet.make_whole("1.1")
    return "1.0"


def where(member: str) -> str:
    return " and ".join(sorted(set(fleet.placements()[member].values())))


@pytest.mark.parametrize(
    ("moment", "number"), CASES, ids=[f"{moment.replace(' ', '_')}-{number.name}" for moment, number in CASES]
)
def test_the_same_command_again_makes_the_fleet_whole_and_no_customer_noticed(
    moment: str, number: signal.Signals, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    version = next_version()
    with fleet.Traffic(tmp_path) as traffic:
        killed = fleet.interrupt(moment, number, version, **HOW)
        stood = where("app1")
        began = time.monotonic()
        again = fleet.deploy(version, **HOW)
        seconds = time.monotonic() - began
    account = traffic.account()
    row = {
        "moment": moment,
        "signal": number.name,
        "exit code": killed.exit_code,
        "app1 stood in": stood,
        "again": f"exit code {again.exit_code}, {seconds:.0f} s",
        "requests": account["requests"],
        "failed": account["failed"],
    }
    request.node.user_properties.append(("matrix", row))
    assert killed.exit_code != 0
    assert again.exit_code == 0, again.output
    assert fleet.is_whole(version)
    assert fleet.read(killed.run)["state"] in ("abandoned", "done")
    assert fleet.open_runs() == []
    assert account["failed"] == 0
    assert account["requests"] > 0
