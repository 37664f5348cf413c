# SPDX-License-Identifier: GPL-3.0-or-later
"""The same as an Ansible task: the action plugin on the controller, and the module itself on the task's host."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.tests.integration.haproxy.conftest import Pair
from ansible_collections.hybrid.rollout.tests.integration.haproxy.test_rotation import MAINTENANCE, ONLINE


def task(module: str, options: dict[str, Any], *arguments: str) -> dict[str, Any]:
    """The result of one ad-hoc task on localhost."""
    command = ["ansible", "localhost", "-m", f"hybrid.rollout.{module}", "-a", json.dumps(options)]
    command += ["-i", "localhost,", "-c", "local", "-e", f"ansible_python_interpreter={sys.executable}", *arguments]
    output = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    verdict, arrow, result = output.stdout.partition(" => ")
    assert arrow, output.stdout + output.stderr
    answer: dict[str, Any] = json.JSONDecoder().raw_decode(result)[0]
    return {**answer, "verdict": verdict.rpartition("| ")[2]}


@pytest.mark.parametrize("reach_from", ["controller", "target"])
def test_a_task_checks_acts_and_finds_nothing_more_to_do(haproxy_pair: Pair, reach_from: str) -> None:
    options = {**haproxy_pair.options("maintenance"), "reach_from": reach_from}
    foretold = task("haproxy_pool", options, "--check", "--diff")
    assert haproxy_pair.standing() == ONLINE
    done = task("haproxy_pool", options)
    assert haproxy_pair.standing() == MAINTENANCE
    assert foretold["changed"]
    assert done["changed"]
    assert foretold["moves"] == done["moves"]
    assert not task("haproxy_pool", options)["changed"]
    seen = task("haproxy_pool_info", {**haproxy_pair.connection, "online_pool": "quotes", "reach_from": reach_from})
    assert seen["verdict"] == "SUCCESS", seen
    assert seen["placements"]["app1"] == {"lb1": "offline", "lb2": "offline"}


@pytest.mark.parametrize("reach_from", ["controller", "target"])
def test_a_load_balancer_that_is_gone_is_a_failed_step_and_no_unreachable_host(
    haproxy_pair: Pair, reach_from: str
) -> None:
    haproxy_pair.lb2.kill()
    result = task("haproxy_pool", {**haproxy_pair.options("offline"), "reach_from": reach_from})
    assert result["verdict"] == "FAILED!"
    assert result["failure"]["code"] == "endpoint_failed"
    assert result["failure"]["endpoint"] == "lb2"
    assert result["changed"] is False
    assert haproxy_pair.lb1.standing("app1") == ONLINE[0]


def test_a_placement_that_needs_a_maintenance_pool_says_so(haproxy_pair: Pair) -> None:
    options = {key: value for key, value in haproxy_pair.options("maintenance").items() if key != "maintenance_pool"}
    assert "maintenance_pool" in task("haproxy_pool", options)["msg"]
