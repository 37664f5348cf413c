# SPDX-License-Identifier: GPL-3.0-or-later
"""The role deploy_release on a Linux member (this machine) and a modelled Windows member, in one play."""

from __future__ import annotations

import hashlib
import http.server
import json
import os
import subprocess
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.tests.integration.windows._store import served
from ansible_collections.hybrid.rollout.tests.unit.winhost.modelled import free_port, release
from ansible_collections.hybrid.rollout.tests.winhost.fleet import Fleet
from ansible_collections.hybrid.rollout.tests.winhost.host.host import Host
from ansible_collections.hybrid.rollout.tests.winhost.whole import modelled_fleet

ROOT = r"C:\apps\quotes"
MOST_CALLS = 8
PATIENCE_SECONDS = 60.0
TAR, ZIP = "tar.gz", "zip"


class StoreThatWaitsForBoth(http.server.SimpleHTTPRequestHandler):
    """Answers the question for an archive when that for the other one is there too; an error if it does not come."""

    both = threading.Barrier(2)

    def do_GET(self) -> None:
        try:
            self.both.wait(PATIENCE_SECONDS)
        except threading.BrokenBarrierError:
            self.send_error(503, "the other member did not ask")
        else:
            super().do_GET()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Estate:
    def __init__(self, folder: Path, fleet: Fleet, store: str) -> None:
        self._folder, self._fleet, self._store = folder, fleet, store
        host = fleet.hosts["win1"]
        assert isinstance(host, Host)
        self._windows, self._port = host, free_port(host.address)
        host.drives.real(rf"{ROOT}\releases").mkdir(parents=True)
        host.services.create("quotes", rf"{ROOT}\releases\0.9\quotes.exe {self._port}")
        self.linux_root = folder / "srv/quotes"
        (self.linux_root / "releases").mkdir(parents=True)

    def publish(self, version: str) -> dict[str, str]:
        """The digest of the archive for each platform."""
        store = self._folder / "store"
        archive = store / f"{version}.tar.gz"
        (self._folder / "program").write_text(version, encoding="utf-8")
        with tarfile.open(archive, "w:gz") as tar:
            tar.add(self._folder / "program", "program")
        return {TAR: hashlib.sha256(archive.read_bytes()).hexdigest(), ZIP: release(store, version)}

    def deploy(self, version: str) -> str:
        digests = self.publish(version)
        steps: list[dict[str, Any]] = [
            {"ansible.builtin.import_role": {"name": "hybrid.rollout.deploy_release", "tasks_from": step}}
            for step in ("stage", "main", "prune")
        ]
        plays = [{"hosts": "quotes", "gather_facts": False, "tasks": steps}]
        (self._folder / "play.json").write_text(json.dumps(plays), encoding="utf-8")
        (self._folder / "inventory.json").write_text(json.dumps(self._inventory(version, digests)), encoding="utf-8")
        command = ["ansible-playbook", "-i", str(self._folder / "inventory.json"), str(self._folder / "play.json")]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=240)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def _inventory(self, version: str, digests: dict[str, str]) -> dict[str, Any]:
        def of(kind: str) -> dict[str, Any]:
            return {"version": version, "url": f"{self._store}/{version}.{kind}", "sha256": digests[kind]}

        linux: dict[str, Any] = {
            "ansible_connection": "local",
            "rollout_service_root": str(self.linux_root),
            "rollout_release": of(TAR),
        }
        linux |= {"deploy_release_unit": None, "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
        windows = {**self._fleet.connection, "ansible_host": self._windows.address, "rollout_release": of(ZIP)}
        windows["rollout_windows_arguments"] = str(self._port)
        everybody = {"rollout_service": "quotes", "rollout_keep_releases": 0}
        return {"quotes": {"hosts": {"app1": linux, "win1": windows}, "vars": everybody}}

    def versions(self) -> dict[str, str]:
        """What each member has been told to run."""
        service = self._windows.services.find("quotes")
        assert service is not None
        return {"app1": os.readlink(self.linux_root / "current"), "win1": service.path.split(" ")[0].split("\\")[-2]}

    def calls(self) -> int:
        return len(self._fleet.journal.calls("win1"))


@pytest.fixture
def estate(tmp_path: Path) -> Iterator[Estate]:
    with served(tmp_path / "store", StoreThatWaitsForBoth) as url, modelled_fleet(["win1"], tmp_path) as fleet:
        yield Estate(tmp_path, fleet, url)


def test_members_of_both_platforms_fetch_at_the_same_time_and_each_runs_its_own_release(estate: Estate) -> None:
    estate.deploy("1.0")
    assert estate.versions() == {"app1": "releases/1.0", "win1": "1.0"}
    before = estate.calls()
    estate.deploy("1.1")
    estate.deploy("1.2")
    assert estate.versions() == {"app1": "releases/1.2", "win1": "1.2"}
    assert estate.calls() - before <= 2 * MOST_CALLS, "what was seen when the release was staged is asked for again"
