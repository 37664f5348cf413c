# SPDX-License-Identifier: GPL-3.0-or-later
"""The laws of tests/property hold on a small model of HAProxy. Here the model and a real HAProxy get the same random orders, and have
to say the same of every server after each, and to answer with the same words."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.client import Client
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.endpoint import Endpoint, read_endpoint
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import Server, Snapshot
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.transport import Access, Transport
from ansible_collections.hybrid.rollout.tests.integration._ports import free_port
from ansible_collections.hybrid.rollout.tests.integration.haproxy._apps import App
from ansible_collections.hybrid.rollout.tests.integration.haproxy._clock import REAL_CLOCK
from ansible_collections.hybrid.rollout.tests.integration.haproxy._processes import (
    haproxy_command,
    suites,
    until,
)
from ansible_collections.hybrid.rollout.tests.property._balancer import Balancer
from ansible_collections.hybrid.rollout.tests.property._model_server import FALL, RISE, ModelServer

SEEDS = range(3)
ORDERS_PER_SEED = 120
POOLS = {
    "quotes": ("well", "ill", "plain", "watched"),
    "statistics": ("follower", "chained"),
}
FOLLOWS = {"follower": "quotes/well", "chained": "statistics/follower"}
CONFIG = """
global
  stats socket {home}/admin.sock mode 600 level admin
defaults
  mode http
  timeout connect 1s
  timeout client 5s
  timeout server 5s
  default-server inter {inter} rise 2 fall 3 weight 100
backend quotes
  option httpchk GET /health
  server well 127.0.0.1:{well} check
  server ill 127.0.0.1:{ill} check
  server plain 127.0.0.1:{well}
  server watched 127.0.0.1:{well} check agent-check agent-addr 127.0.0.1 agent-port {nobody} agent-inter {inter}
backend statistics
  server follower 127.0.0.1:{well} track quotes/well
  server chained 127.0.0.1:{well} track statistics/follower
"""
MODEL = Endpoint("model", "unix:///model", "unix", path="/model")
EVERY_HOUR, AT_ONCE = "1h", "20ms"
SHARE_OF_COMING_AND_GOING = 0.2


class Both:
    """A real process and the model of it."""

    def __init__(self, url: str, model: Balancer, port: int) -> None:
        self.url, self.model, self.port = url, model, port
        self._transport = Transport(Access(read_timeout=20.0), REAL_CLOCK, tls_wanted=False)

    def ask(self, line: str) -> str:
        return self._transport.exchange(read_endpoint(self.url), line)

    def model_ask(self, line: str) -> str:
        return self.model.exchange(MODEL, line)

    def real(self) -> Snapshot:
        return Client(read_endpoint(self.url), self._transport.exchange).read([])

    def modelled(self) -> Snapshot:
        return Client(MODEL, self.model.exchange).read([])

    def unlike(self, settled: bool) -> dict[str, tuple[object, object]]:
        """What the two say differently; what checks count on the way is left out where checks run."""
        real, modelled = (_all_said(seen, settled) for seen in (self.real(), self.modelled()))
        return {
            name: (real.get(name), modelled.get(name))
            for name in sorted(real.keys() | modelled.keys())
            if real.get(name) != modelled.get(name)
        }


Start = Callable[[str], Both]


def _all_said(seen: Snapshot, settled: bool) -> dict[str, tuple[object, ...]]:
    return {
        f"{pool}/{name}": _said(server, settled)
        for pool, servers in seen.pools.items()
        for name, server in servers.items()
    }


def _said(server: Server, settled: bool) -> tuple[object, ...]:
    has = server.settings
    # A check or an agent that runs at this very moment says so in its lowest bit.
    check, agent = server.check.state & ~1, has.agent_state & ~1
    switches = check, agent, server.standing(), server.up, int(server.admin), server.tracked
    settings = has.weight, has.initial_weight, has.address, has.port, has.maxconn
    return (*switches, *settings, None if settled else (server.check.rise, server.check.fall, server.check.health))


def command(random: Random, comes_and_goes: Sequence[str]) -> str:
    pool = random.choice(list(POOLS))
    server = f"{pool}/{random.choice([*POOLS[pool], 'new'])}"
    if random.random() < SHARE_OF_COMING_AND_GOING:
        return random.choice(comes_and_goes).format(server=server)
    return random.choice(
        [
            *(f"set server {server} state {word}" for word in ("ready", "ready", "drain", "maint") * 2),
            f"set server {server} health down",
            f"set server {server} weight {random.choice(['0', '1', '256', '0%', '33%', '50%', '100%'])}",
            f"set server {server} addr 127.0.0.{random.choice('12')} port {random.choice([8080, 8081])}",
            f"set maxconn server {server} {random.choice([0, 10, 100])}",
            f"enable health {server}",
            f"disable health {server}",
            f"enable agent {server}",
            f"disable agent {server}",
            f"shutdown sessions server {server}",
        ]
    )


def comes_and_goes(port: int, inter: str) -> list[str]:
    checked = f"add server {{server}} 127.0.0.1:{port} check inter {inter} rise 2 fall 3 weight 50"
    return [
        f"{checked};enable health {{server}}",
        f"{checked} backup maxconn 7",
        f"add server {{server}} 127.0.0.1:{port}",
        "del server {server}",
        "set server {server} state maint;del server {server}",
    ]


@pytest.fixture(params=suites())
def start(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Start]:
    haproxy = haproxy_command(request.param)
    if haproxy is None:
        pytest.skip(f"no HAProxy of {request.param}: `tests/lab/lab base {request.param}` (as root) makes its tree")
    app, nobody = App("well"), free_port()
    processes: list[subprocess.Popen[bytes]] = []

    def started(inter: str) -> Both:
        config = tmp_path / "haproxy.cfg"
        ports = {"well": app.port, "ill": nobody, "nobody": nobody}
        config.write_text(CONFIG.format(home=tmp_path, inter=inter, **ports), encoding="utf-8")
        with (tmp_path / "log").open("ab") as log:
            processes.append(subprocess.Popen([*haproxy, "-f", str(config), "-db"], stdout=log, stderr=log))
        until((tmp_path / "admin.sock").exists, "its socket is there")
        both = Both(f"unix://{tmp_path}/admin.sock", model(app.port, nobody), app.port)
        both.model.version = both.real().process.version
        return both

    try:
        yield started
    finally:
        for process in processes:
            process.kill()
            process.wait()
        app.stop()


def model(well: int, ill: int) -> Balancer:
    """As the configuration says, with every check passed or failed often enough."""

    def server(name: str) -> ModelServer:
        return ModelServer(
            admin=0,
            well=name != "ill",
            checked=name not in ("plain", *FOLLOWS),
            follows=FOLLOWS.get(name, ""),
            agent=0x16 if name == "watched" else 0,
            address="127.0.0.1",
            port=ill if name == "ill" else well,
        )

    return Balancer("model", {pool: {name: server(name) for name in names} for pool, names in POOLS.items()})


@pytest.mark.parametrize("seed", SEEDS)
def test_after_every_order_both_say_the_same(start: Start, seed: int) -> None:
    random, both = Random(seed), start(EVERY_HOUR)
    for name in ("well", "watched"):
        both.ask(f"set server quotes/{name} health up")
    both.ask("set server quotes/ill health down")
    until(lambda: not both.unlike(False), f"they begin alike: {both.unlike(False)}")
    given = []
    for _order in range(ORDERS_PER_SEED):
        given.append(command(random, comes_and_goes(both.port, EVERY_HOUR)))
        said, expected = (tell(given[-1]).split() for tell in (both.ask, both.model_ask))
        assert said == expected, given
        assert both.unlike(False) == {}, given


@pytest.mark.parametrize("seed", SEEDS)
def test_when_checks_have_run_both_say_the_same(start: Start, seed: int) -> None:
    random, both = Random(seed), start(AT_ONCE)
    until(lambda: not both.unlike(True), f"they begin alike: {both.unlike(True)}")
    given = []
    for _order in range(ORDERS_PER_SEED // 4):
        given.append(command(random, comes_and_goes(both.port, AT_ONCE)))
        both.ask(given[-1])
        both.model_ask(given[-1])
        for _check in range(FALL + RISE):
            both.model.pass_time()
        until(lambda: not both.unlike(True), f"after {given}: {both.unlike(True)}", 10.0)
