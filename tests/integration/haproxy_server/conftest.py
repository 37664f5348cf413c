# SPDX-License-Identifier: GPL-3.0-or-later
"""Two real HAProxy processes over the same three members, with backends that make single settings hard."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy import pool_info, server
from ansible_collections.hybrid.rollout.tests.integration._ports import free_port
from ansible_collections.hybrid.rollout.tests.integration.haproxy._apps import App
from ansible_collections.hybrid.rollout.tests.integration.haproxy._background import in_background
from ansible_collections.hybrid.rollout.tests.integration.haproxy._clock import REAL_CLOCK
from ansible_collections.hybrid.rollout.tests.integration.haproxy._processes import (
    HAProxy,
    haproxy_command_or_skip,
    suites,
)

MORE = """
backend ruled_by_agent
{agents}
backend static
  balance static-rr
{plain}
backend light
  default-server weight 1
{plain}
backend empty
backend uneven
  balance {uneven}
"""


class Balancer(HAProxy):
    """Servers whose agent nobody is, backends whose weights are fixed (``uneven``: only on lb2) or 1, and one that has nobody."""

    def _config(self, keep_state: bool) -> str:
        plain = "\n".join(f"  server {app.name} 127.0.0.1:{app.port}" for app in self.apps)
        agents = plain.replace("\n", f" agent-check agent-port {free_port()}\n", 1)
        return super()._config(keep_state) + MORE.format(
            agents=agents, plain=plain, uneven="static-rr" if self.name == "lb2" else "roundrobin"
        )

    def settings(self, server: str, pool: str = "quotes") -> dict[str, str]:
        """What ``show servers state`` prints of a server, by column."""
        lines = self.ask(f"show servers state {pool}").splitlines()
        header = lines[1].lstrip("# ").split()
        rows = (dict(zip(header, line.split())) for line in lines[2:])
        return next((row for row in rows if row.get("srv_name") == server), {})


class Estate:
    """What a test plays with: both balancers, the apps, and a call that sets servers on both."""

    def __init__(self, lb1: Balancer, lb2: Balancer, apps: dict[str, App]) -> None:
        self.lb1, self.lb2, self.apps = lb1, lb2, apps
        self.endpoints: list[dict[str, Any]] = [{"name": lb.name, "url": lb.socket_url} for lb in (lb1, lb2)]

    def options(self, *servers: str, **others: Any) -> dict[str, Any]:
        return {
            "endpoints": self.endpoints,
            "connect_timeout_seconds": 5.0,
            "read_timeout_seconds": 10.0,
            "servers": list(servers) or ["app1"],
            "match": "name",
            "backends": ["quotes"],
            "min_matches": 1,
            "timeout_seconds": 20.0,
            "poll_interval_seconds": 0.1,
            "on_timeout": "restore",
            "min_active": "1",
            **others,
        }

    def set(self, *servers: str, **others: Any) -> dict[str, Any]:
        return server.run(self.options(*servers, **others), False, REAL_CLOCK)

    def check(self, *servers: str, **others: Any) -> dict[str, Any]:
        return server.run(self.options(*servers, **others), True, REAL_CLOCK)

    def info(self, **others: Any) -> dict[str, Any]:
        connection = {key: value for key, value in self.options().items() if key.endswith(("endpoints", "_seconds"))}
        return pool_info.run({**connection, **others}, REAL_CLOCK)

    def seen(self, column: str, server: str = "app1", pool: str = "quotes") -> list[str]:
        return [lb.settings(server, pool)[column] for lb in (self.lb1, self.lb2)]

    def are_there(self, server: str, pool: str = "quotes") -> list[bool]:
        return [bool(lb.settings(server, pool)) for lb in (self.lb1, self.lb2)]

    def state(self, server: str = "app1", pool: str = "quotes") -> list[str]:
        """Operation and admin bits without the marker of the configuration."""
        rows = [lb.settings(server, pool) for lb in (self.lb1, self.lb2)]
        return [f"{row['srv_op_state']}/{int(row['srv_admin_state']) & 0x3B}" for row in rows]


@contextmanager
def estate_of(kind: type[Balancer], suite: str, home: Path, apps_at: str = "127.0.0.1") -> Iterator[Estate]:
    command = haproxy_command_or_skip(suite)
    apps = {name: App(name, host=apps_at) for name in ("app1", "app2", "app3")}
    balancers = [kind(name, home / name, list(apps.values()), command=command) for name in ("lb1", "lb2")]
    try:
        for started in [in_background(balancer.start) for balancer in balancers]:
            started()
        yield Estate(balancers[0], balancers[1], apps)
    finally:
        for balancer in balancers:
            balancer.kill()
        for app in apps.values():
            app.stop()


@pytest.fixture(params=suites())
def estate(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Estate]:
    with estate_of(Balancer, request.param, tmp_path) as estate:
        yield estate
