# SPDX-License-Identifier: GPL-3.0-or-later
"""Who goes back to the release before when a member fails: rollout_on_failure.

Needs root and the lab. A release that customers' questions break on one member is told by a member that runs out of disk space: app3.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.tests.integration.rollout import fleet

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("whole_at_1_0")]

HOW: dict[str, Any] = {
    "rollout_canary": 1,
    "rollout_batch": "2",
    "rollout_canary_bake_seconds": 0,
    "rollout_bake_seconds": 0,
    "rollout_health_timeout_seconds": 8,
}
BLOCKED = "/etc/systemd/system/quotes.service.d/blocked.conf"


@pytest.fixture
def app3_cannot_start_1_1() -> Iterator[None]:
    """The unit of app3 refuses to start release 1.1, and no other."""
    condition = "ExecStartPre=/bin/sh -c 'test $(readlink /srv/quotes/current) != releases/1.1'"
    script = f"mkdir -p {Path(BLOCKED).parent}; printf '[Service]\\n%s\\n' \"{condition}\" > {BLOCKED}; systemctl daemon-reload"
    fleet.inside("app3", script.replace("$(", "\\$("))
    try:
        yield
    finally:
        fleet.inside("app3", f"rm {BLOCKED}; systemctl daemon-reload")


def versions() -> dict[str, Any]:
    return {member: fleet.version_of(member) for member in fleet.MEMBERS}


def all_online() -> bool:
    return {place for places in fleet.placements().values() for place in places.values()} == {"online"}


@pytest.mark.usefixtures("app3_cannot_start_1_1")
@pytest.mark.parametrize(
    ("policy", "at_1_1"),
    [("member", {"app1", "app2"}), ("batch", {"app1"}), ("all", set())],
)
def test_those_whom_the_policy_names_go_back(policy: str, at_1_1: set[str], tmp_path: Path) -> None:
    known = set(fleet.runs())
    with fleet.Traffic(tmp_path) as traffic, fleet.PoolWatch() as watch:
        played = fleet.deploy("1.1", rollout_on_failure=policy, **HOW)
    assert played.exit_code != 0
    assert played.recap("app3")["failed"] == 1
    assert all_online()
    assert {member for member, version in versions().items() if version == "1.1"} == at_1_1
    runs = [fleet.read(run) for run in fleet.runs() if run not in known]
    assert {claim["member"]: claim["outcome"] for claim in runs[0]["claims"]} == {
        "app1": "done",
        "app2": "done",
        "app3": "rolled_back",
        "app4": "not_reached",
    }
    back = {claim["member"]: claim["outcome"] for run in runs[1:] for claim in run["claims"]}
    assert back == dict.fromkeys({"app1", "app2"} - at_1_1, "done")
    assert {run["state"] for run in runs[1:]} <= {"done"}
    assert watch.fewest >= 2
    assert traffic.account()["failed"] == 0


@pytest.mark.usefixtures("app3_cannot_start_1_1")
def test_a_member_that_is_to_be_looked_at_stays_out_of_rotation() -> None:
    played = fleet.deploy("1.1", rollout_on_failure="none", **HOW)
    assert played.exit_code != 0
    assert played.outcomes()["app3"] == "out"
    assert "because rollout_on_failure is none" in played.last_lines()
    assert set(fleet.placements()["app3"].values()) == {"maintenance"}
    assert fleet.inside("app3", "readlink /srv/quotes/current").strip() == "releases/1.1"
