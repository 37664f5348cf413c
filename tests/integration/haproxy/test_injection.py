# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that carry commands, in options and all over the inventory: refused before any load balancer is asked anything."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.hybrid.rollout.tests.integration.haproxy.test_through_ansible import task

SMUGGLED = ["app1 state ready;disable server quotes/app2", "app1\ndisable server quotes/app2", "app 1", "app1\\"]
PLAY = """
- hosts: all
  serial: 1
  gather_facts: false
  tasks:
    - block: [{ansible.builtin.import_role: {name: hybrid.rollout.plan, rolespec_validate: false}}]
      rescue: [{ansible.builtin.debug: {msg: "plan {{ ansible_failed_result.failure.code }}"}}]
    - block: [{ansible.builtin.import_role: {name: hybrid.rollout.leave_pool}}]
      rescue: [{ansible.builtin.debug: {msg: "leave_pool {{ ansible_failed_result.failure.code }}"}}]
    - block: [{ansible.builtin.import_role: {name: hybrid.rollout.join_pool}}]
      rescue: [{ansible.builtin.debug: {msg: "join_pool {{ ansible_failed_result.failure.code }}"}}]
"""


class Recorder:
    """A runtime API that only writes down that somebody came."""

    def __init__(self, path: Path) -> None:
        self.url, self.asked = f"unix://{path}", 0
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(str(path))
        self._door.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                visitor, _address = self._door.accept()
            except OSError:
                return
            self.asked += 1
            visitor.close()

    def close(self) -> None:
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[Recorder]:
    recorder = Recorder(tmp_path / "api")
    yield recorder
    recorder.close()


def test_the_recorder_hears_an_ordinary_name(recorder: Recorder) -> None:
    result = task("haproxy_pool_info", {"endpoints": [{"url": recorder.url}], "pools": ["quotes"]})
    assert result["failure"]["code"] == "endpoint_failed"
    assert recorder.asked == 1


@pytest.mark.parametrize("smuggled", SMUGGLED)
def test_no_option_carries_a_command(recorder: Recorder, smuggled: str) -> None:
    endpoints = [{"url": recorder.url}]
    pool = {"endpoints": endpoints, "online_pool": "quotes", "members": ["app1"], "placement": "offline"}
    server = {"endpoints": endpoints, "servers": ["app1"], "backends": ["quotes"], "state": "maint"}
    asked: list[tuple[str, dict[str, Any]]] = [
        ("haproxy_pool", {**pool, "members": ["app1", smuggled]}),
        ("haproxy_pool", {**pool, "online_pool": smuggled, "reach_from": "target"}),
        ("haproxy_pool", {**pool, "maintenance_pool": smuggled}),
        ("haproxy_pool_info", {"endpoints": endpoints, "pools": ["quotes", smuggled]}),
        ("haproxy_server", {**server, "servers": [smuggled]}),
        ("haproxy_server", {**server, "backends": [smuggled], "reach_from": "target"}),
        ("haproxy_server", {**server, "weight": smuggled}),
        ("haproxy_server", {**server, "address": smuggled}),
        ("estate_check", {"endpoints": endpoints, "pools": [smuggled]}),
    ]
    for module, options in asked:
        result = task(module, options)
        assert (result["verdict"], result["failure"]["code"]) == ("FAILED!", "bad_input"), (module, options, result)
    assert recorder.asked == 0


def test_an_endpoint_with_a_line_break_is_refused(recorder: Recorder) -> None:
    for endpoint in ({"url": f"{recorder.url}\nx"}, {"url": recorder.url, "name": "lb1\nlb2: all is well"}):
        result = task("haproxy_pool_info", {"endpoints": [endpoint], "pools": ["quotes"]})
        assert result["failure"]["code"] == "bad_input", result
        assert "cannot be printed" in result["msg"]
    assert recorder.asked == 0


@pytest.mark.parametrize(
    "place", ["host name", "rollout_server_name", "rollout_online_pool", "rollout_maintenance_pool"]
)
def test_no_inventory_carries_a_command(recorder: Recorder, tmp_path: Path, place: str) -> None:
    if place == "host name":
        hosts: dict[str, dict[str, str]] = {smuggled: {} for smuggled in SMUGGLED}
    else:
        hosts = {f"host{number}": {place: smuggled} for number, smuggled in enumerate(SMUGGLED)}
    (tmp_path / "hosts.yml").write_text(yaml.safe_dump({"quotes": {"hosts": hosts}}))
    (tmp_path / "play.yml").write_text(PLAY)
    extra = {
        "rollout_endpoints": [{"url": recorder.url}],
        "rollout_service": "quotes",
        "rollout_version": "1.1",
        "rollout_artifact_url": "http://127.0.0.1:9/quotes.tar.gz",
        "rollout_artifact_sha256": "0" * 64,
        "rollout_health_url": "http://127.0.0.1:9/health",
        "rollout_ledger": str(tmp_path / "ledger"),
        "ansible_python_interpreter": sys.executable,
    }
    command = ["ansible-playbook", "-i", str(tmp_path / "hosts.yml"), "-c", "local", str(tmp_path / "play.yml")]
    played = subprocess.run(
        [*command, "-e", json.dumps(extra)], check=False, capture_output=True, text=True, timeout=180
    )
    for role in ("plan", "leave_pool", "join_pool"):
        assert played.stdout.count(f"{role} bad_input") == len(SMUGGLED), played.stdout + played.stderr
    assert recorder.asked == 0
