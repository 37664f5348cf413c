# SPDX-License-Identifier: GPL-3.0-or-later
"""The same as a task and as a playbook, and the configuration that our own role writes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.check import run
from ansible_collections.hybrid.rollout.tests.integration.estate_check.conftest import Bench
from ansible_collections.hybrid.rollout.tests.integration.haproxy._clock import REAL_CLOCK
from ansible_collections.hybrid.rollout.tests.integration.haproxy.test_through_ansible import task

ROLE = Path(__file__).parents[3] / "roles/load_balancer"


@pytest.mark.parametrize("reach_from", ["controller", "target"])
def test_a_task_reports_and_changes_nothing(bench: Bench, reach_from: str) -> None:
    lb2 = bench.start("option redispatch 1", "option persist")
    lb2.tell("set weight quotes/app1 0")
    files = [str(lb2.home / "haproxy.cfg")]
    result = task("estate_check", {**bench.options, "reach_from": reach_from, "configuration_paths": files})
    found = [(finding["code"], finding["where"]) for finding in result["findings"]]
    redispatch = [("no_redispatch", f"{files[0]}:{line}") for line in (19, 23)]
    assert found == [("weight_zero", "lb2/quotes/app1"), ("option_persist", f"{files[0]}:12"), *redispatch]
    assert result["verdict"] == "SUCCESS"
    assert result["changed"] is False
    foretold = task("estate_check", {**bench.options, "reach_from": reach_from, "fail_on": "danger"}, "--check")
    assert (foretold["verdict"], foretold["failure"]["code"]) == ("FAILED!", "refused")


def test_the_playbook_shows_what_it_found_and_fails_only_where_it_is_told_to(bench: Bench, tmp_path: Path) -> None:
    lb2 = bench.start("load-server-state-from-file global", "#")
    lb2.tell("set weight quotes/app1 0")
    variables = {
        "rollout_endpoints": bench.options["endpoints"],
        "rollout_estate_configuration": str(lb2.home / "haproxy.cfg"),
        "ansible_connection": "local",
        "ansible_python_interpreter": sys.executable,
        "ansible_become": False,
    }
    hosts: dict[str, Any] = {"quotes": {"hosts": {"app1": {}, "app2": {}}}, "load_balancers": {"hosts": {"lb2": {}}}}
    inventory = tmp_path / "hosts.json"
    inventory.write_text(json.dumps({"all": {"children": hosts, "vars": variables}}))

    def play(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = ["ansible-playbook", "-i", str(inventory), "hybrid.rollout.estate_check", "-e"]
        command += ["rollout_service=quotes", *arguments]
        return subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)

    shown = play()
    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert shown.stdout.count("danger weight_zero, lb2/quotes/app1: its weight is 0 (configured: 100)") == 1
    assert "danger no_state_file" in shown.stdout
    failed = play("-e", "rollout_estate_fail_on=danger")
    assert failed.returncode != 0
    assert "1 of 1 findings are of severity danger (fail_on: danger)" in failed.stdout
    allowed = play(
        "-e",
        json.dumps({"rollout_estate_fail_on": "warning", "rollout_estate_ignore": ["weight_zero", "no_state_file"]}),
    )
    assert allowed.returncode == 0, allowed.stdout
    assert allowed.stdout.count("Nothing dangerous was found.") == 2


def test_what_the_role_load_balancer_writes_is_sane(tmp_path: Path) -> None:
    certificate = tmp_path / "any.pem"
    certificate.write_text("certificate\n")
    service = {
        "name": "quotes",
        "online_bind": ":80",
        "maintenance_bind": ":81",
        "port": 8080,
        "members": [{"name": name, "address": f"10.0.0.{number}"} for number, name in enumerate(("app1", "app2"), 1)],
    }
    variables = {
        "load_balancer_services": [service],
        "load_balancer_runtime_bind": "10.0.0.5:9999",
        "load_balancer_runtime_certificate": str(certificate),
        "load_balancer_runtime_client_ca": str(certificate),
    }
    written = tmp_path / "haproxy.cfg"
    command = ["ansible", "localhost", "-i", "localhost,", "-c", "local", "-m", "ansible.builtin.template"]
    command += ["-a", f"src={ROLE}/templates/haproxy.cfg.j2 dest={written}", "-e", f"@{ROLE}/defaults/main.yml"]
    command += ["-e", json.dumps({**variables, "ansible_python_interpreter": sys.executable})]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    options = {"online_pool": "quotes", "maintenance_pool": "quotes_maintenance", "ignore": [], "fail_on": "never"}
    result = run({**options, "configuration_paths": [str(written)], "reach_from": "controller"}, REAL_CLOCK)
    assert result["summary"] == []
    worse = written.read_text().replace("no option persist", "option persist")
    assert run({**options, "configurations": {"worse": worse}}, REAL_CLOCK)["counts"]["danger"] == 1
