# SPDX-License-Identifier: GPL-3.0-or-later
"""The estate check reports every member whose way is not verified, also where the user said why."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from ansible_collections.hybrid.rollout.tests.integration.estate_check.conftest import Bench

REASON = "no HTTPS listener before CHG-1234"
HOSTS: dict[str, dict[str, Any]] = {
    "app1": {"ansible_connection": "ssh", "ansible_ssh_common_args": "-o StrictHostKeyChecking=yes"},
    "app2": {"ansible_connection": "ssh", "ansible_ssh_common_args": "-o StrictHostKeyChecking=accept-new"},
    "app3": {"ansible_ssh_common_args": "-o StrictHostKeyChecking=no"},
    "win1": {"ansible_connection": "psrp", "ansible_psrp_cert_validation": "{{ 'ignore' }}"},
    "win2": {"ansible_connection": "winrm", "ansible_port": 5985, "rollout_unverified_connection": REASON},
    "win3": {"ansible_connection": "winrm", "rollout_unverified_connection": REASON},
}
NO_TLS = "http without TLS on port 5985: the password and all else can be read and changed on the way"
FOUND = [
    ("connection_without_tls", "win2", f"{NO_TLS}; allowed because: {REASON}"),
    ("certificate_not_checked", "win1", "ansible_psrp_cert_validation is ignore"),
    ("host_key_not_checked", "app3", "ssh runs with StrictHostKeyChecking=no"),
    ("host_key_taken_unseen", "app2", "ssh runs with StrictHostKeyChecking=accept-new"),
    ("reason_without_need", "win3", "rollout_unverified_connection is set, but the way is verified"),
]


def play(folder: Path, playbook: str, variables: dict[str, Any], *arguments: str) -> subprocess.CompletedProcess[str]:
    groups = {"quotes": {"hosts": HOSTS}, "load_balancers": {"hosts": {"lb1": {"ansible_connection": "local"}}}}
    inventory = folder / "hosts.json"
    inventory.write_text(json.dumps({"all": {"children": groups, "vars": variables}}))
    command = ["ansible-playbook", "-i", str(inventory), playbook, "-e", "rollout_service=quotes", *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)


def judged(folder: Path, **options: Any) -> dict[str, Any]:
    """The result of the task by itself, in a play that connects to nobody."""
    task = {"hybrid.rollout.estate_check": {"members": list(HOSTS), **options}, "register": "estate"}
    shown = {"ansible.builtin.copy": {"content": "{{ estate | to_json }}", "dest": str(folder / "result.json")}}
    tasks = [{"block": [task], "always": [{**shown, "delegate_to": "localhost"}]}]
    plays = [{"hosts": "app1", "connection": "local", "gather_facts": False, "tasks": tasks}]
    (folder / "play.json").write_text(json.dumps(plays))
    done = play(folder, str(folder / "play.json"), {"ansible_python_interpreter": sys.executable})
    assert (folder / "result.json").exists(), done.stdout + done.stderr
    result: dict[str, Any] = json.loads((folder / "result.json").read_text())
    return result


def test_each_such_member_is_reported_with_what_and_how_to_mend_it_and_nobody_is_connected_to(tmp_path: Path) -> None:
    result = judged(tmp_path)
    assert [(finding["code"], finding["where"], finding["what"]) for finding in result["findings"]] == FOUND
    assert result["counts"] == {"danger": 3, "warning": 1, "hint": 1}
    assert result["members"] == list(HOSTS)
    assert "use port 5986 with scheme https" in result["findings"][0]["cure"]
    assert result["failed"] is False
    assert judged(tmp_path, fail_on="danger")["failure"]["code"] == "refused"
    assert judged(tmp_path, fail_on="danger", ignore=[code for code, _where, _what in FOUND])["findings"] == []


def test_on_a_target_members_cannot_be_judged(tmp_path: Path) -> None:
    refused = judged(tmp_path, reach_from="target")
    assert refused["failure"]["code"] == "bad_input"
    assert "members are judged on the controller" in refused["msg"]


def test_the_playbook_judges_all_members_beside_the_load_balancers(bench: Bench, tmp_path: Path) -> None:
    lb2 = bench.start()
    variables = {
        "rollout_endpoints": bench.options["endpoints"],
        "rollout_estate_configuration": str(lb2.home / "haproxy.cfg"),
        "ansible_python_interpreter": sys.executable,
        "ansible_become": False,
    }
    shown = play(tmp_path, "hybrid.rollout.estate_check", variables)
    assert shown.returncode == 0, shown.stdout + shown.stderr
    for code, where, what in FOUND:
        assert f"{code}, {where}: {what}." in " ".join(shown.stdout.split())
    failed = play(tmp_path, "hybrid.rollout.estate_check", variables, "-e", "rollout_estate_fail_on=danger")
    assert failed.returncode != 0
    assert "3 of 5 findings are of severity danger" in failed.stdout
