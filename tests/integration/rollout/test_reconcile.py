# SPDX-License-Identifier: GPL-3.0-or-later
"""Members that somebody left out of rotation: who did, and what becomes of them. And the way back to the release before.

Needs root and the lab.
"""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.tests.integration.rollout import fleet

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("whole_at_1_0")]

QUICK = {"rollout_bake_seconds": 0, "rollout_canary_bake_seconds": 0}


def reconcile(**extra: Any) -> fleet.Played:
    return fleet.play("hybrid.rollout.reconcile", rollout_service="quotes", **extra)


def only_looked() -> str:
    command = ["ansible-playbook", "-i", "inventories/lab", "hybrid.rollout.reconcile", "--check", "-e"]
    done = subprocess.run(
        [*command, json.dumps({"rollout_service": "quotes"})],
        cwd=fleet.TOP,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def everybody_is_online() -> bool:
    return {place for places in fleet.placements().values() for place in places.values()} == {"online"}


@pytest.mark.parametrize("step", ["still_out", "verify_member"])
def test_a_member_that_a_killed_controller_left_behind_comes_back(step: str) -> None:
    killed = fleet.deploy_and_kill(step, "1.1", **QUICK)
    out = [member for member, places in fleet.placements().items() if set(places.values()) != {"online"}]
    assert out == ["app1"]
    assert "app1 is in maintenance" in only_looked()
    assert fleet.read(killed)["state"] == "open"
    mended = reconcile(**QUICK)
    assert mended.exit_code == 0, mended.output
    assert f"{killed} to 1.1 began with it and did not finish" in mended.output
    assert mended.outcomes() == {"app1": "done"}
    assert "quotes reconciled: DONE, 1 of 1 members brought back" in mended.last_lines()
    assert everybody_is_online()
    versions = [fleet.version_of(member) for member in fleet.MEMBERS]
    assert versions[0] in ("1.0", "1.1")  # the member goes on with a step that its controller has begun
    assert versions[1:] == ["1.0"] * 3
    assert fleet.read(killed)["state"] == "abandoned"
    again = reconcile(**QUICK)
    assert (again.exit_code, again.run) == (0, None)
    assert "4 of 4 members serve customers everywhere" in again.output


def test_a_member_that_was_switched_off_in_the_middle_gets_the_release_before() -> None:
    fleet.deploy_and_kill("verify_member", "1.1", **QUICK)
    fleet.inside("app1", "systemctl stop quotes")
    mended = reconcile(**QUICK)
    assert mended.exit_code == 0, mended.output
    assert "does not answer with its version" in mended.output
    assert mended.outcomes() == {"app1": "done"}
    assert fleet.is_whole("1.0")


def test_a_release_that_answers_customers_with_errors_is_put_back() -> None:
    fleet.deploy_and_kill("verify_member", "1.6", **QUICK)
    fleet.eventually(lambda: fleet.version_of("app1") == "1.6", "app1 runs the broken release")
    mended = reconcile(rollout_health_timeout_seconds=10, **QUICK)
    assert mended.exit_code != 0
    assert mended.outcomes() == {"app1": "rolled_back"}
    assert fleet.is_whole("1.0")


def test_what_an_operator_took_out_is_named_and_left_alone() -> None:
    fleet.take_out_by_hand("app2")
    try:
        looked = reconcile(**QUICK)
        assert (looked.exit_code, looked.run) == (0, None)
        assert "app2 is in offline" in looked.output
        assert "somebody else took it out" in looked.output
        assert fleet.placements()["app2"] == {"lb1": "offline", "lb2": "offline"}
    finally:
        fleet.make_whole("1.0")


def test_a_run_that_is_at_work_is_not_disturbed() -> None:
    with fleet.at_work("1.1", until_step="verify_online", rollout_canary_bake_seconds=12) as run:
        refused = reconcile(**QUICK)
        assert refused.exit_code != 0
        assert f"run {run} to version 1.1 is open" in refused.output
        assert "Nothing was changed" in refused.last_lines()
    assert fleet.is_whole("1.1")


def test_the_release_before_is_rolled_out_again() -> None:
    assert fleet.deploy("1.1", **fleet.QUICK).exit_code == 0
    quick: dict[str, Any] = fleet.QUICK
    back = fleet.play("hybrid.rollout.rollback", rollout_service="quotes", **quick)
    assert back.exit_code == 0, back.output
    assert back.run is not None
    assert (back.run["version"], set(back.outcomes().values())) == ("1.0", {"done"})
    assert fleet.is_whole("1.0")
