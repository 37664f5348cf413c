# SPDX-License-Identifier: GPL-3.0-or-later
"""Two controllers start at the same moment: the same service, and two services that live on the same members.

Needs root and the lab.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.tests.integration.rollout import fleet

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("whole_at_1_0")]

# A second service on the same members, in the same pools.
ORDERS = """
quotes:
  children:
    orders:
      hosts:
        app1:
        app2:
        app3:
        app4:
"""


# What both say of the pool that they share: the claims of one count for the other.
SHARED = {"rollout_min_active": "50%", "rollout_max_out_per_pool": "2"}


def together(*rollouts: dict[str, Any], inventory: list[str]) -> list[tuple[int, str]]:
    """Exit code and output of each, all started at once."""
    commands = [
        ["ansible-playbook", *inventory, "hybrid.rollout.deploy", "-e", json.dumps({**fleet.QUICK, **rollout})]
        for rollout in rollouts
    ]
    started = [
        subprocess.Popen(
            command,
            cwd=fleet.TOP,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for command in commands
    ]
    outputs = [process.communicate(timeout=240)[0] for process in started]
    return [(process.returncode, output) for process, output in zip(started, outputs)]


def test_of_two_rollouts_of_one_service_one_is_refused_with_owner_and_age() -> None:
    rollout = {"rollout_service": "quotes", "rollout_version": "1.1"}
    ended = together(rollout, rollout, inventory=["-i", "inventories/lab"])
    refused = [output for code, output in ended if code != 0]
    assert len(refused) == 1, [output for _code, output in ended]
    assert "to version 1.1 is open since" in refused[0]
    assert "(process " in refused[0]
    assert "Nothing was changed" in refused[0]
    assert fleet.is_whole("1.1")
    assert fleet.open_runs() == []


def test_two_services_on_the_same_members_take_turns_and_no_customer_notices(tmp_path: Path) -> None:
    shared = tmp_path / "orders.yml"
    shared.write_text(ORDERS)
    orders = {
        "rollout_service": "orders",
        "rollout_version": "1.1",
        "rollout_online_pool": "quotes",
        "rollout_maintenance_pool": "quotes_maintenance",
        "rollout_service_root": "/srv/quotes",
        "rollout_unit": "quotes.service",
        **SHARED,
    }
    quotes = {"rollout_service": "quotes", "rollout_version": "1.1", **SHARED}
    known = set(fleet.runs())
    with fleet.Traffic(tmp_path / "traffic") as traffic, fleet.PoolWatch() as watch:
        ended = together(quotes, orders, inventory=["-i", "inventories/lab", "-i", str(shared)])
    assert [code for code, _output in ended] == [0, 0], [output for _code, output in ended]
    runs = [fleet.read(run) for run in fleet.runs() if run not in known]
    assert {run["service"] for run in runs} == {"quotes", "orders"}
    for member in fleet.MEMBERS:
        spans = sorted(
            (claim["claimed_at"], claim["finished_at"])
            for run in runs
            for claim in run["claims"]
            if claim["member"] == member
        )
        assert all(before[1] <= after[0] for before, after in zip(spans, spans[1:])), f"{member} was in two hands"
    assert fleet.is_whole("1.1")
    assert watch.fewest >= 2
    assert traffic.account()["failed"] == 0
