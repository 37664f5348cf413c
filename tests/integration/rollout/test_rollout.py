# SPDX-License-Identifier: GPL-3.0-or-later
"""The ordinary course of a rollout, and what a second command makes of what the first one left.

Needs root and the lab.
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.integration.rollout import fleet

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("whole_at_1_0")]

TASKS_PER_MEMBER = 13
SERVICE = {"rollout_service": "quotes", "rollout_bake_seconds": 0, "rollout_canary_bake_seconds": 0}


def test_every_member_is_replaced_in_thirteen_tasks_at_most_and_the_pool_is_whole() -> None:
    played = fleet.deploy("1.1")
    assert played.exit_code == 0, played.output
    assert set(played.outcomes().values()) == {"done"}
    assert fleet.is_whole("1.1")
    for member in ("app2", "app3", "app4"):  # app1 has the plan's tasks on its line too
        assert sum(played.recap(member)[key] for key in ("ok", "skipped")) <= TASKS_PER_MEMBER
    assert "DONE, 4 of 4 members replaced" in played.last_lines()


def test_each_step_is_in_the_ledger_before_it_acts() -> None:
    played = fleet.deploy("1.1", **fleet.QUICK)
    assert played.run is not None
    steps = [
        event["step"] for event in played.run["events"] if (event["member"], event["kind"]) == ("app1", "step_began")
    ]
    assert steps == [
        "stage",
        "leave_pool",
        "still_out",
        "activate",
        "verify_member",
        "verify_maintenance",
        "join_pool",
        "verify_online",
        "prune",
    ]
    kinds = [event["kind"] for event in played.run["events"] if event["member"] == "app1"]
    assert kinds.index("claimed") < kinds.index("step_began")


def test_the_same_command_again_has_nothing_to_do() -> None:
    played = fleet.deploy("1.0")
    assert played.exit_code == 0
    assert "nothing to do" in played.last_lines()
    assert "changed=0" in played.output


def test_check_mode_prints_the_plan_and_changes_nothing(tmp_path: Path) -> None:
    command = ["ansible-playbook", "-i", "inventories/lab", "hybrid.rollout.deploy", "--check", "-e"]
    ledger = tmp_path / "ledger.sqlite3"
    extra = json.dumps({"rollout_service": "quotes", "rollout_version": "1.1", "rollout_ledger": str(ledger)})
    done = subprocess.run([*command, extra], cwd=fleet.TOP, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert not ledger.exists()
    assert re.search(r"1 canary +app1 +a +1\.0 +online", done.stdout)
    assert "Claim the member" not in done.stdout
    assert fleet.is_whole("1.0")


def test_a_limit_is_respected_and_the_others_are_left_alone() -> None:
    command = ["ansible-playbook", "-i", "inventories/lab", "hybrid.rollout.deploy", "--limit", "app2,app3", "-e"]
    extra = json.dumps({**SERVICE, "rollout_version": "1.1"})
    done = subprocess.run([*command, extra], cwd=fleet.TOP, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert {member: fleet.version_of(member) for member in fleet.MEMBERS} == {
        "app1": "1.0",
        "app2": "1.1",
        "app3": "1.1",
        "app4": "1.0",
    }
