# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller is killed between expand, rollout and contract. The same command again: each has happened exactly once.

Needs root and the lab.
"""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.integration.rollout import fleet
from ansible_collections.hybrid.rollout.tests.integration.rollout_database import _database

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("as_1_0_left_it")]

HOW = {"rollout_canary": 0, "rollout_batch": "2", "rollout_bake_seconds": 0}


def starts_of_the_tool(known: set[str]) -> list[str]:
    """For each time that the tool was started since: in which kind of run."""
    new = [fleet.read(run) for run in fleet.runs() if run not in known]
    return [
        "contract" if run["version"] == "contract" else "expand"
        for run in new
        for event in run["events"]
        if (event["kind"], event["step"]) == ("step_began", "migrate")
    ]


@pytest.mark.parametrize(
    ("moment", "number"),
    [
        ("step_began migrate", signal.SIGKILL),
        ("step_ended migrate", signal.SIGTERM),
        ("step_began leave_pool", signal.SIGKILL),
        ("run_closed", signal.SIGKILL),
    ],
    ids=["while it expands", "before anybody leaves", "while members are replaced", "before the contract"],
)
def test_the_same_command_again_runs_each_migration_once(moment: str, number: signal.Signals, tmp_path: Path) -> None:
    assert fleet.deploy("1.1", **fleet.QUICK).exit_code == 0
    known = set(fleet.runs())
    with fleet.Traffic(tmp_path, rate=100, rows_rate=30) as traffic:
        killed = fleet.interrupt(moment, number, "1.3", **HOW)
        again = fleet.deploy("1.3", **HOW)
    assert killed.exit_code != 0
    assert again.exit_code == 0, again.output
    assert fleet.is_whole("1.3")
    assert fleet.open_runs() == []
    # 0003 is the expand of 1.3 and one call of Alembic, 0004 its contract and another one.
    assert starts_of_the_tool(known) == ["expand", "contract"]
    assert _database.columns() == {"id", "author"}
    account = traffic.account()
    assert (account["failed"], account["rows"]["lost"], account["rows"]["wrong"]) == (0, 0, 0)
