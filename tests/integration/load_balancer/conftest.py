# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's load balancer with HAProxy 3.0 and one more service on it, `standin`, whose members tell who they are."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

CHECKOUT = Path(__file__).parents[3]
INVENTORY = Path(os.environ.get("LAB_INVENTORY", CHECKOUT / "inventories/lab"))
LAB_STATE = Path(os.environ.get("HYBRID_ROLLOUT_CACHE", Path.home() / ".cache/hybrid.rollout")) / "lab"
GROUPS = yaml.safe_load((INVENTORY / "hosts.yml").read_text())["all"]["children"]
ADDRESSES = {name: GROUPS["quotes"]["hosts"][name]["ansible_host"] for name in ("app1", "app2")}
STANDIN_PORT = 8099
STANDIN = {
    "name": "standin",
    "online_bind": ":8090",
    "maintenance_bind": ":8091",
    "port": STANDIN_PORT,
    "members": [{"name": name, "address": address} for name, address in ADDRESSES.items()],
    "check": {"interval_milliseconds": 300, "fast_interval_milliseconds": 200},
}


def lab(*words: str, check: bool = True) -> str:
    done = subprocess.run(
        [CHECKOUT / "tests/lab/lab", "--inventory", INVENTORY / "hosts.yml", *words],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=120,
        check=False,
    )
    assert not check or done.returncode == 0, f"lab {words}: {done.stdout}{done.stderr}"
    return done.stdout


@dataclass
class Balancer:
    """lb2 of the lab, configured by the role."""

    name: str
    address: str
    store: str = GROUPS["stores"]["hosts"]["store"]["ansible_host"]
    standin: dict[str, Any] = field(default_factory=lambda: STANDIN)
    is_as_usual: bool = False

    def configure(self, *flags: str, **variables: Any) -> subprocess.CompletedProcess[str]:
        self.is_as_usual = not variables
        lab_services = yaml.safe_load((INVENTORY / "group_vars/load_balancers.yml").read_text())[
            "load_balancer_services"
        ]
        variables = {"load_balancer_services": [*lab_services, STANDIN], **variables}
        return self.play("-e", json.dumps(variables), *flags)

    def play(self, *flags: str) -> subprocess.CompletedProcess[str]:
        command: list[str | Path] = [
            "ansible-playbook",
            "-i",
            INVENTORY,
            "hybrid.rollout.load_balancers",
            "--limit",
            self.name,
            *flags,
        ]
        return subprocess.run(
            command, capture_output=True, text=True, stdin=subprocess.DEVNULL, cwd=CHECKOUT, timeout=200, check=False
        )

    def run(self, *command: str) -> str:
        return lab("exec", self.name, *command)

    def ask(self, command: str) -> str:
        """What the admin socket answers; asked with nothing but what is on the host."""
        program = (
            "import socket,sys; s=socket.socket(socket.AF_UNIX); s.connect('/run/haproxy/admin.sock');"
            "s.sendall(sys.argv[1].encode()+b'\\n'); print(b''.join(iter(lambda: s.recv(65536), b'')).decode())"
        )
        return self.run("python3", "-c", program, command)

    def servers(self, pool: str) -> dict[str, dict[str, str]]:
        _format, header, *rows = self.ask(f"show servers state {pool}").strip().splitlines()
        columns = header.split()[1:]
        return {
            server["srv_name"]: server for server in (dict(zip(columns, row.split(), strict=False)) for row in rows)
        }

    def worker(self) -> str:
        return next(line for line in self.ask("show info").splitlines() if line.startswith("Pid:"))


@pytest.fixture(scope="package")
def members() -> Iterator[None]:
    lab("up")
    for name in ADDRESSES:
        lab(
            "exec",
            name,
            "sh",
            "-c",
            f"mkdir -p /run/standin && echo {name} > /run/standin/who && echo fine > /run/standin/health",
        )
        lab("exec", name, "systemctl", "stop", "standin.service", check=False)
        serve = ["python3", "-m", "http.server", "--directory", "/run/standin", str(STANDIN_PORT)]
        lab("exec", name, "systemd-run", "--quiet", "--collect", "--unit=standin", *serve)
    yield
    for name in ADDRESSES:
        lab("exec", name, "systemctl", "stop", "standin.service", check=False)


@pytest.fixture(scope="package")
def balancer(members: None) -> Iterator[Balancer]:
    balancer = Balancer("lb2", GROUPS["load_balancers"]["hosts"]["lb2"]["ansible_host"])
    yield balancer
    done = balancer.play()
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def configured(balancer: Balancer) -> Balancer:
    """The same, with its configuration as usual and every member of the stand-in online."""
    if not balancer.is_as_usual:
        done = balancer.configure()
        assert done.returncode == 0, done.stdout + done.stderr
    for name in ADDRESSES:
        balancer.ask(f"set server standin/{name} state ready; set server standin_maintenance/{name} state maint")
    return balancer


@pytest.fixture
def curl() -> Callable[[str, str], str]:
    """What a host of the lab is answered at a URL."""
    return lambda host, url: lab("exec", host, "curl", "--silent", "--show-error", "--max-time", "10", url).strip()


@pytest.fixture
def lab_pki() -> Path:
    return LAB_STATE / "pki"
