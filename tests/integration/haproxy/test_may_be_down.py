# SPDX-License-Identifier: GPL-3.0-or-later
"""A load balancer that may be down and is: whoever only reads says that it was left out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import yaml
from ansible_collections.hybrid.rollout.tests.integration.haproxy.conftest import Pair
from ansible_collections.hybrid.rollout.tests.integration.haproxy.test_through_ansible import task


def lose_lb2(pair: Pair) -> None:
    pair.connection["endpoints"][1]["may_be_down"] = True
    pair.lb2.kill()


def test_the_estate_check_says_whom_it_did_not_ask(haproxy_pair: Pair) -> None:
    lose_lb2(haproxy_pair)
    result = task("estate_check", {**haproxy_pair.connection, "online_pool": "quotes"})
    assert (result["verdict"], result["skipped_endpoints"]) == ("SUCCESS", ["lb2"]), result
    assert [endpoint["name"] for endpoint in result["endpoints"]] == ["lb1"]


def test_a_plan_says_on_whom_it_does_not_count(haproxy_pair: Pair, tmp_path: Path) -> None:
    lose_lb2(haproxy_pair)
    options = {
        **haproxy_pair.connection,
        "service": "quotes",
        "version": "1.1",
        "artifact_url": "http://127.0.0.1:9/quotes.tar.gz",
        "artifact_sha256": "0" * 64,
        "members": [{"name": "app1", "server": "app1", "health_url": "http://127.0.0.1:9/health"}],
        "online_pool": "quotes",
        "maintenance_pool": "quotes_maintenance",
        "ledger": str(tmp_path / "ledger"),
    }
    tasks = [
        {"hybrid.rollout.rollout_plan": options, "register": "made"},
        {"ansible.builtin.copy": {"content": "{{ made | to_json }}", "dest": str(tmp_path / "made.json")}},
    ]
    play = tmp_path / "play.yml"
    play.write_text(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
    command = ["ansible-playbook", "-i", "localhost,", "-c", "local", str(play)]
    command += ["-e", json.dumps({"ansible_python_interpreter": sys.executable})]
    played = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert played.returncode == 0, played.stdout + played.stderr
    made = json.loads((tmp_path / "made.json").read_text())
    assert (made["skipped_endpoints"], list(made["plan"]["pool"])) == (["lb2"], ["lb1"])
    assert "lb2 was left out, it may be down" in " ".join(played.stderr.split())
