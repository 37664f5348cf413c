# SPDX-License-Identifier: GPL-3.0-or-later
"""Two real HAProxy processes over the same three members: lb1 behind its unix socket, lb2 behind its TLS door."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Generic, TypeVar

import pytest
import trustme
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy import pool, pool_info, server
from ansible_collections.hybrid.rollout.tests.integration.haproxy._apps import App
from ansible_collections.hybrid.rollout.tests.integration.haproxy._asking import AskingHAProxy
from ansible_collections.hybrid.rollout.tests.integration.haproxy._clock import REAL_CLOCK
from ansible_collections.hybrid.rollout.tests.integration.haproxy._drain_agent import (
    FILES,
    Agent,
    LinuxAgent,
    WindowsAgent,
)
from ansible_collections.hybrid.rollout.tests.integration.haproxy._mono import mono_or_skip
from ansible_collections.hybrid.rollout.tests.integration.haproxy._processes import (
    HAProxy,
    haproxy_command_or_skip,
    suites,
    until,
)
from ansible_collections.hybrid.rollout.tests.lab.machines.mono import Mono

Balancer = TypeVar("Balancer", bound=HAProxy)


class Pair(Generic[Balancer]):
    """What a test plays with: ``lb1``, ``lb2``, the apps, and the options that reach both."""

    def __init__(self, lb1: Balancer, lb2: Balancer, apps: dict[str, App], tls: dict[str, str]) -> None:
        self.lb1, self.lb2, self.apps = lb1, lb2, apps
        self.connection: dict[str, Any] = {
            "endpoints": [{"name": lb.name, "url": lb.url} for lb in (lb1, lb2)],
            "connect_timeout_seconds": 5.0,
            "read_timeout_seconds": 10.0,
            **tls,
        }

    def options(self, placement: str, *members: str, **others: Any) -> dict[str, Any]:
        return {
            **self.connection,
            "online_pool": "quotes",
            "maintenance_pool": "quotes_maintenance",
            "members": list(members) or ["app1"],
            "placement": placement,
            "drain_timeout_seconds": 20.0,
            "on_drain_timeout": "restore",
            "rejoin_timeout_seconds": 20.0,
            "poll_interval_seconds": 0.1,
            "min_active": "1",
            **others,
        }

    def place(self, placement: str, *members: str, exclusive: Any = None, **others: Any) -> dict[str, Any]:
        return pool.run(self.options(placement, *members, **others), False, REAL_CLOCK, exclusive)

    def check(self, placement: str, *members: str, **others: Any) -> dict[str, Any]:
        return pool.run(self.options(placement, *members, **others), True, REAL_CLOCK)

    def set(self, *servers: str, **others: Any) -> dict[str, Any]:
        """The same step as ``place("offline")``, by haproxy_server."""
        options = {
            **self.connection,
            "servers": list(servers) or ["app1"],
            "match": "name",
            "backends": ["quotes"],
            "min_matches": 1,
            "state": "maint",
            "wait_for": "drained",
            "timeout_seconds": 20.0,
            "poll_interval_seconds": 0.1,
            "on_timeout": "restore",
            "min_active": "1",
            **others,
        }
        return server.run(options, False, REAL_CLOCK)

    def info(self, **options: Any) -> dict[str, Any]:
        return pool_info.run({**self.connection, **options}, REAL_CLOCK)

    def standings(self) -> dict[str, str]:
        return {f"{lb.name} {app}": lb.standing(app) for lb in (self.lb1, self.lb2) for app in self.apps}

    def standing(self, member: str = "app1") -> list[str]:
        return [lb.standing(member) for lb in (self.lb1, self.lb2)]


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    home = tmp_path_factory.mktemp("pki")
    authority = trustme.CA()
    files = {name: home / f"{name}.pem" for name in ("ca", "lb2", "client", "stranger")}
    authority.cert_pem.write_to_path(str(files["ca"]))
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(files["lb2"]))
    authority.issue_cert("controller").private_key_and_cert_chain_pem.write_to_path(str(files["client"]))
    trustme.CA().issue_cert("stranger").private_key_and_cert_chain_pem.write_to_path(str(files["stranger"]))
    return files


@contextmanager
def pair_of(
    kind: type[Balancer], suite: str, home: Path, certificates: dict[str, Path], member: type[App] = App
) -> Iterator[Pair[Balancer]]:
    command = haproxy_command_or_skip(suite)
    apps = {name: member(name) for name in ("app1", "app2", "app3")}
    balancers: list[Balancer] = []
    try:
        members = list(apps.values())
        balancers.append(kind("lb1", home / "lb1", members, command=command))
        door = certificates["lb2"], certificates["ca"]
        balancers.append(kind("lb2", home / "lb2", members, *door, command=command))
        for balancer in balancers:
            balancer.start()
        tls = {"ca_path": str(certificates["ca"]), "client_cert": str(certificates["client"])}
        yield Pair(balancers[0], balancers[1], apps, tls)
    finally:
        for balancer in balancers:
            balancer.kill()
        for app in apps.values():
            app.stop()


@pytest.fixture(scope="session")
def mono(tmp_path_factory: pytest.TempPathFactory) -> Mono:
    return mono_or_skip(tmp_path_factory.mktemp("mono"))


@pytest.fixture(scope="session")
def windows_program(mono: Mono, tmp_path_factory: pytest.TempPathFactory) -> Path:
    program = tmp_path_factory.mktemp("windows") / "DrainAgent.exe"
    mono.compile_as_windows_does([FILES / "DrainAgent.cs"], program, "System.ServiceProcess")
    return program


@pytest.fixture(params=["Linux", "Windows"])
def agent(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Agent]:
    state = tmp_path / "agent"
    if request.param == "Linux":
        agent: Agent = LinuxAgent(state)
    else:
        mono, program = request.getfixturevalue("mono"), request.getfixturevalue("windows_program")
        agent = WindowsAgent([*mono.run, str(program)], state)
    yield agent
    agent.close()


@pytest.fixture(params=suites())
def asking(
    request: pytest.FixtureRequest, tmp_path: Path, certificates: dict[str, Path], agent: Agent
) -> Iterator[Pair[AskingHAProxy]]:
    """A pair that asks the agent of app1."""
    AskingHAProxy.agent_port = agent.port
    with pair_of(AskingHAProxy, request.param, tmp_path, certificates) as pair:
        until(lambda: agent.have_read(*agent.readers), "both ask the agent")
        yield pair


@pytest.fixture(params=suites())
def haproxy_pair(request: pytest.FixtureRequest, tmp_path: Path, certificates: dict[str, Path]) -> Iterator[Pair]:
    with pair_of(HAProxy, request.param, tmp_path, certificates) as pair:
        yield pair
