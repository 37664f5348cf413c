# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory that users copy from says what the collection reads, and each of its services could be planned."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.endpoint import read_endpoints
from ansible_collections.hybrid.rollout.plugins.module_utils._health.targets import read_targets
from ansible_collections.hybrid.rollout.plugins.plugin_utils._ways import ways_to

TOP = Path(__file__).resolve().parents[3]
INVENTORY = TOP / "inventories/example"
MEMBERS = {
    "billing": ["billing-a1", "billing-a2", "billing-b1", "billing-b2"],
    "orders": ["orders-a1", "orders-b1", "orders-b2"],
    "quotes": ["quotes-a1", "quotes-b1", "quotes-a2", "quotes-b2"],
}
SHOWN = {
    "members": "{{ ansible_play_hosts_all | hybrid.rollout.service_members(hostvars, artifacts=true) }}",
    "endpoints": "{{ rollout_endpoints }}",
    "targets": "{{ rollout_alert_targets | default([]) + rollout_maintenance_targets | default([]) + rollout_online_targets | default([]) }}",
    "ways": "{{ dict(ansible_play_hosts_all | zip(ansible_play_hosts_all | map('extract', hostvars))) }}",
}
CALENDAR = {
    "windows": "{{ rollout_change_windows }}",
    "freezes": "{{ rollout_freezes }}",
    "time_zone": "{{ rollout_time_zone }}",
}


def test_every_variable_of_the_example_is_one_that_the_guide_explains() -> None:
    guide = (TOP / "docs/service_definition.md").read_text(encoding="utf-8")
    texts = [path.read_text(encoding="utf-8") for path in INVENTORY.rglob("*.yml")]
    used = {name for text in texts for name in re.findall(r"^ *(rollout_\w+):", text, re.MULTILINE)}
    assert len(used) > 30
    assert used - set(re.findall(r"`(rollout_\w+)`", guide)) == set()


@pytest.mark.parametrize("service", MEMBERS)
def test_a_service_of_the_example_has_its_members_artifacts_ways_entrances_and_calendar(
    service: str, tmp_path: Path
) -> None:
    seen = as_a_rollout_sees_it(service, tmp_path)
    members = seen["members"]
    assert [member["name"] for member in members] == [f"{name}.example.net" for name in MEMBERS[service]]
    assert {member["zone"] for member in members} == {"a", "b"}
    assert all(re.search(r"-1\.1\.(zip|tar\.gz)$", member["artifact_url"]) for member in members)
    assert all(member["name"] in member["health_url"] for member in members)
    assert [way.lacks for way in ways_to([member["name"] for member in members], seen["ways"])] == [()] * len(members)
    assert len(read_endpoints(seen["endpoints"])) == 2
    assert len(read_targets(seen["targets"])) == {"billing": 1, "orders": 1, "quotes": 2}[service]
    assert seen["calendar"]["verdict"] in ("passed", "failed"), seen["calendar"]


def as_a_rollout_sees_it(service: str, folder: Path) -> dict[str, Any]:
    """Its variables with their templates, in a play that goes to no member."""
    here = {"delegate_to": "localhost", "run_once": True, "become": False, "connection": "local"}
    tasks: list[dict[str, Any]] = [
        {"hybrid.rollout.change_window_gate": CALENDAR, "register": "calendar", "failed_when": False, "run_once": True},
        {
            "ansible.builtin.copy": {
                "content": {**SHOWN, "calendar": "{{ calendar }}"},
                "dest": str(folder / "seen.json"),
                "mode": "0600",
            },
            "vars": {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"},
            **here,
        },
    ]
    play = folder / "play.json"
    play.write_text(json.dumps([{"hosts": service, "gather_facts": False, "tasks": tasks}]), encoding="utf-8")
    command = ["ansible-playbook", "-i", str(INVENTORY), str(play), "-e", "rollout_version=1.1"]
    command += ["-e", f"rollout_service={service}", "-e", "database_migration_release=1.1"]  # the role says it
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=TOP, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads((folder / "seen.json").read_text(encoding="utf-8"))
    return found
