# SPDX-License-Identifier: GPL-3.0-or-later
"""Two real HAProxy processes from texts that the test writes, and what the estate check finds on them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check import check
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.endpoint import read_endpoint
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.transport import Access, Transport
from ansible_collections.hybrid.rollout.tests.integration._ports import free_port
from ansible_collections.hybrid.rollout.tests.integration.haproxy._apps import App
from ansible_collections.hybrid.rollout.tests.integration.haproxy._clock import REAL_CLOCK
from ansible_collections.hybrid.rollout.tests.integration.haproxy._processes import haproxy_command, until

SANE = """\
global
    stats socket {home}/admin.sock mode 600 level admin
    stats socket {home}/user.sock mode 600 level user
    server-state-file {home}/state
    maxconn 100
defaults
    mode http
    timeout connect 2s
    timeout client 60s
    timeout server 60s
    retries 3
    option redispatch 1
    load-server-state-from-file global
    balance roundrobin
    default-server check inter 300ms fastinter 100ms rise 2 fall 3 weight 100
frontend entrance
    bind 127.0.0.1:{online}
    default_backend quotes
backend quotes
    option httpchk GET /health
    server app1 127.0.0.1:{app}
    server app2 127.0.0.1:{app}
backend quotes_maintenance
    option httpchk GET /health
    server app1 127.0.0.1:{app} disabled
    server app2 127.0.0.1:{app} disabled
listen runtime_api
    mode tcp
    bind 127.0.0.1:{door}
    server admin unix@{home}/admin.sock no-check
"""


class Balancer:
    """One process, from the sane text with ``old`` replaced by ``new``."""

    def __init__(self, home: Path, app: App, old: str = "", new: str = "") -> None:
        self.name, self.home = home.name, home
        self.port = free_port()
        home.mkdir()
        text = SANE.format(home=home, online=free_port(), app=app.port, door=free_port())
        assert old in text
        self.text = text.replace(old, new.format(port=self.port), 1) if old else text
        (home / "haproxy.cfg").write_text(self.text, encoding="utf-8")
        with (home / "log").open("wb") as log:
            command = [*(haproxy_command() or []), "-f", str(home / "haproxy.cfg"), "-db"]
            self._process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)

    def ask(self, line: str) -> str:
        transport = Transport(Access(), REAL_CLOCK, tls_wanted=False)
        return transport.exchange(read_endpoint(f"unix://{self.home}/admin.sock"), line)

    def tell(self, line: str) -> None:
        assert not self.ask(line).strip()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def is_well(self) -> bool:
        assert self._process.poll() is None, (self.home / "log").read_text()
        try:
            return ",UP 1/" not in self.ask("show stat -1 4 -1")
        except Exception:
            return False


class Bench:
    """Starts ``lb1``, which is sane, and ``lb2``, and checks both."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._app = App("app1")
        self._balancers: list[Balancer] = []

    def start(self, old: str = "", new: str = "") -> Balancer:
        self._balancers.append(Balancer(self.home / "lb1", self._app))
        self._balancers.append(Balancer(self.home / "lb2", self._app, old, new))
        for balancer in self._balancers:
            until(balancer.is_well, f"{balancer.name} answers and has checked its servers; {balancer.home}/log")
        return self._balancers[-1]

    @property
    def lb1(self) -> Balancer:
        return self._balancers[0]

    @property
    def options(self) -> dict[str, Any]:
        return {
            "endpoints": [{"name": one.name, "url": f"unix://{one.home}/admin.sock"} for one in self._balancers],
            "connect_timeout_seconds": 5.0,
            "read_timeout_seconds": 10.0,
            "online_pool": "quotes",
            "maintenance_pool": "quotes_maintenance",
            "ignore": [],
            "fail_on": "never",
            "reach_from": "controller",
        }

    def check(self, **options: Any) -> list[tuple[str, str]]:
        result = check.run({**self.options, **options}, REAL_CLOCK)
        assert result["changed"] is False
        return [(finding["code"], finding["where"]) for finding in result["findings"]]

    def stop(self) -> None:
        for balancer in self._balancers:
            balancer.kill()
        self._app.stop()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    if haproxy_command() is None:
        pytest.skip("no HAProxy: neither the lab's base tree nor one on PATH")
    made = Bench(tmp_path)
    try:
        yield made
    finally:
        made.stop()
