# SPDX-License-Identifier: GPL-3.0-or-later
"""A lab host of each suite that HAPROXY_SUITES names, made a load balancer by the role: one estate of several HAProxys."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy import pool, pool_info
from ansible_collections.hybrid.rollout.tests.integration.haproxy._clock import REAL_CLOCK
from ansible_collections.hybrid.rollout.tests.integration.haproxy._processes import suites
from ansible_collections.hybrid.rollout.tests.integration.lab._small_lab import (
    CHECKOUT,
    SmallLab,
    base_of,
    eventually,
    lab_of,
)

LAB = """\
all:
  vars:
    lab_bridge: {{bridge}}
    lab_controller_address: {{network}}.1/24
  children:
    load_balancers:
      hosts:
{hosts}
"""
HOST = "        {suite}: {{{{ansible_host: '{{network}}.{number}', lab_suite: {suite}}}}}"
MEMBERS = {"app1": 8101, "app2": 8102, "app3": 8103}


class Estate:
    """``addresses`` are the load balancers', by suite; app1, app2 and app3 are processes on the first of them."""

    def __init__(self, lab: SmallLab, names: Sequence[str]) -> None:
        self._lab = lab
        self.addresses = {name: f"{lab.network}.{number}" for number, name in enumerate(names, start=11)}
        pki = lab.state / "pki"
        self._connection: dict[str, Any] = {
            "endpoints": [{"name": name, "url": f"tls://{at}:9999"} for name, at in self.addresses.items()],
            "connect_timeout_seconds": 5.0,
            "read_timeout_seconds": 10.0,
            "ca_path": str(pki / "ca.pem"),
            "client_cert": str(pki / "client.pem"),
            "client_key": str(pki / "client.key"),
        }

    def run(self, host: str, *command: str) -> str:
        return self._lab.do("exec", host, *command)

    def start_members(self) -> None:
        host = next(iter(self.addresses))
        for name, port in MEMBERS.items():
            make = f"mkdir /run/{name} && echo {name} >/run/{name}/who && echo fine >/run/{name}/health"
            self.run(host, "sh", "-c", make)
            serve = ["python3", "-m", "http.server", "--directory", f"/run/{name}", str(port)]
            self.run(host, "systemd-run", "--quiet", "--collect", f"--unit={name}", *serve)

    def configure(self, *more: dict[str, Any]) -> str:
        """What the role's playbook said of all load balancers, with more services than quotes."""
        at = next(iter(self.addresses.values()))
        service = {
            "name": "quotes",
            "online_bind": ":80",
            "maintenance_bind": ":8081",
            "members": [{"name": name, "address": at, "port": port} for name, port in MEMBERS.items()],
            "check": {"interval_milliseconds": 300, "fast_interval_milliseconds": 200},
        }
        variables = {
            "load_balancer_services": [service, *more],
            "load_balancer_testers": [f"{self._lab.network}.1"],
            "load_balancer_log_targets": ["/dev/log local0"],
        }
        return self.ansible(
            "ansible-playbook", f"--extra-vars={json.dumps(variables)}", "hybrid.rollout.load_balancers"
        )

    def ansible(self, program: str, *arguments: str) -> str:
        done = subprocess.run(
            [program, f"--inventory={self._lab.inventory}", *arguments],
            env=self._lab.environment,
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def place(self, placement: str, member: str) -> dict[str, Any]:
        options = {
            **self._connection,
            "online_pool": "quotes",
            "maintenance_pool": "quotes_maintenance",
            "members": [member],
            "placement": placement,
            "drain_timeout_seconds": 30.0,
            "on_drain_timeout": "restore",
            "rejoin_timeout_seconds": 30.0,
            "poll_interval_seconds": 0.1,
            "min_active": "2",
        }
        return pool.run(options, False, REAL_CLOCK)

    def info(self) -> dict[str, Any]:
        options = {**self._connection, "online_pool": "quotes", "maintenance_pool": "quotes_maintenance"}
        return pool_info.run(options, REAL_CLOCK)

    def placements(self, member: str) -> dict[str, str]:
        return self.info()["placements"][member]

    def processes(self, tells: str = "pid") -> dict[str, Any]:
        return {said["name"]: said["process"][tells] for said in self.info()["endpoints"]}

    def reload(self) -> None:
        """Every load balancer, one after the other, as its operators do it."""
        before = self.processes()
        for host in self.addresses:
            self.run(host, "systemctl", "reload", "haproxy")
        assert eventually(lambda: not set(self.processes().items()) & set(before.items()))


@pytest.fixture(scope="module")
def estate() -> Iterator[Estate]:
    names = suites()
    hosts = "\n".join(HOST.format(suite=name, number=number) for number, name in enumerate(names, start=11))
    base = base_of(names)
    with lab_of(LAB.format(hosts=hosts)) as lab:
        lab.use(base)
        lab.do("up")
        made = Estate(lab, names)
        made.start_members()
        made.configure()
        yield made
