# SPDX-License-Identifier: GPL-3.0-or-later
"""A service of three members that say their version, behind two real HAProxys, and the playbooks that plan for it. No lab is needed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.hybrid.rollout.tests.integration.haproxy._apps import App
from ansible_collections.hybrid.rollout.tests.integration.haproxy._processes import HAProxy, suites, until
from ansible_collections.hybrid.rollout.tests.integration.haproxy.conftest import Pair, certificates, pair_of

__all__ = ["certificates"]


class Versioned(App):
    version = "1.0"

    def words(self) -> str:
        return json.dumps({"member": self.name, "version": self.version})


@dataclass
class Played:
    exit_code: int
    output: str

    @property
    def line(self) -> str:
        return " ".join(self.output.split()).replace('\\"', '"')


class Service:
    """``hosts`` are the host variables of the inventory's group quotes; beside it there is another service, stores."""

    def __init__(self, pair: Pair[HAProxy], home: Path) -> None:
        self.pair, self.home = pair, home
        self.ledger, self.plan_file = home / "ledger.sqlite3", home / "quotes.plan.json"
        self.hosts: dict[str, dict[str, Any]] = {
            name: {"rollout_health_url": f"http://127.0.0.1:{app.port}/health", "rollout_zone": zone}
            for (name, app), zone in zip(pair.apps.items(), "aab")
        }
        self.variables: dict[str, Any] = {
            "ansible_connection": "local",
            "ansible_python_interpreter": sys.executable,
            "rollout_endpoints": pair.connection["endpoints"],
            "rollout_ca_path": pair.connection["ca_path"],
            "rollout_client_cert": pair.connection["client_cert"],
            "rollout_artifact_url": "http://127.0.0.1/quotes-{{ rollout_version }}.tar.gz",
            "rollout_artifact_sha256": "d" * 64,
            "rollout_min_active": "1",
            "rollout_ledger": str(self.ledger),
        }

    def play(self, playbook: str, *arguments: str, **extra: Any) -> Played:
        command = self.command(playbook, *arguments, **extra)
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=240)
        return Played(done.returncode, done.stdout + done.stderr)

    def command(self, playbook: str, *arguments: str, **extra: Any) -> list[str]:
        groups = {"quotes": {"hosts": self.hosts}, "stores": {"hosts": {"store1": {}}}}
        inventory = self.home / "inventory.yml"
        inventory.write_text(yaml.safe_dump({"all": {"vars": self.variables, "children": groups}}))
        said = {"rollout_service": "quotes", "rollout_version": "1.1", **extra}
        return ["ansible-playbook", "-i", str(inventory), playbook, "-e", json.dumps(said), *arguments]

    def plan(self, *arguments: str, **extra: Any) -> Played:
        """The playbook plan, which must leave everything as it was."""
        before = self.pair.standings(), self.ledger.exists()
        played = self.play("hybrid.rollout.plan", *arguments, **extra)
        assert (self.pair.standings(), self.ledger.exists()) == before
        return played

    def runs(self, name: str, version: str) -> None:
        """From now on the member says that it runs this version."""
        app = self.pair.apps[name]
        assert isinstance(app, Versioned)
        app.version = version

    def take_offline(self, name: str) -> None:
        """Nobody answers at its address, and no HAProxy sends customers there."""
        self.hosts[name]["rollout_health_url"] = f"http://{name}.invalid:8080/health"
        self.pair.apps[name].healthy = False
        until(lambda: all("quotes:0/" in standing for standing in self.pair.standing(name)), f"{name} is down")


@pytest.fixture(params=suites())
def service(request: pytest.FixtureRequest, tmp_path: Path, certificates: dict[str, Path]) -> Iterator[Service]:
    with pair_of(HAProxy, request.param, tmp_path, certificates, Versioned) as pair:
        yield Service(pair, tmp_path)
