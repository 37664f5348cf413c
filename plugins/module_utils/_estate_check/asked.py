# SPDX-License-Identifier: GPL-3.0-or-later
"""What an endpoint says of its pools, its servers' settings and its sockets. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import EndpointFailed, NotFound
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.client import Client
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.commands import LEVEL
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import Server, Snapshot
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.replies import Answer, read_pools, read_process

LINE = f"show servers state;show stat -1 6 -1;show info;show cli sockets;{LEVEL}"
LOCAL = ("-", "-", "0")  # no address, no name, no port: a socket of HAProxy's own host
BACKEND, SERVER = "1", "2"
SOCKETS_HEADER = "# socket lvl processes"
AGENT_CONFIGURED, AGENT_ENABLED = 0x02, 0x04


class Socket(NamedTuple):
    address: str
    level: str


@dataclass(frozen=True)
class Settings:
    """What the check of an estate asks of a server beyond its state."""

    server: Server
    weight: int
    initial_weight: int
    agent: int

    @property
    def has_agent(self) -> bool:
        return bool(self.agent & AGENT_CONFIGURED)

    @property
    def agent_runs(self) -> bool:
        return self.agent & (AGENT_CONFIGURED | AGENT_ENABLED) == AGENT_CONFIGURED | AGENT_ENABLED


@dataclass(frozen=True)
class Asked:
    """One endpoint. ``pools`` are the ones that were asked for, without the servers that are sockets of its own host."""

    snapshot: Snapshot
    pools: Mapping[str, Mapping[str, Settings]]
    algorithms: Mapping[str, str]
    sockets: Sequence[Socket]

    @property
    def name(self) -> str:
        return self.snapshot.endpoint

    def servers(self) -> Iterator[tuple[str, Settings]]:
        """Every server with the place that findings name."""
        for pool, servers in self.pools.items():
            for name, server in servers.items():
                yield f"{self.name}/{pool}/{name}", server


def ask(client: Client, pools: Sequence[str]) -> Asked:
    """All that one endpoint says; ``pools`` empty means all of them."""
    text, answer = client.ask(LINE)
    endpoint = client.endpoint
    try:
        known = read_pools(Answer(answer.states, [row for row in answer.counters if row["type"] == SERVER]))
        sockets = _sockets(answer.complaints)
        settings = _settings(answer, known)
        snapshot = Snapshot(endpoint.name, endpoint.url, read_process(answer.info), answer.level, known)
        algorithms = {row["pxname"]: row["algo"] for row in answer.counters if row["type"] == BACKEND}
    except (KeyError, ValueError, TypeError) as error:
        raise EndpointFailed(
            f"HAProxy {endpoint.name} ({endpoint.url}) gave an answer that cannot be read ({error!r}). Is it "
            f"HAProxy 2.6 or newer? It was asked: {LINE}",
            endpoint=endpoint.name,
            command=LINE,
            reply=text.strip(),
        ) from error
    for pool in pools:
        if pool not in known:
            raise NotFound(
                f"HAProxy {endpoint.name} ({endpoint.url}) has no pool {pool}. It has: "
                f"{', '.join(sorted(known)) or 'none'}.",
                endpoint=endpoint.name,
                command=LINE,
            )
    chosen = {pool: servers for pool, servers in settings.items() if servers and (not pools or pool in pools)}
    return Asked(snapshot, chosen, algorithms, sockets)


def _settings(answer: Answer, known: Mapping[str, Mapping[str, Server]]) -> dict[str, dict[str, Settings]]:
    settings: dict[str, dict[str, Settings]] = {}
    for row in answer.states:
        pool, name = row["be_name"], row["srv_name"]
        servers = settings.setdefault(pool, {})
        if (row["srv_addr"], row["srv_fqdn"], row["srv_port"]) != LOCAL:
            weights = int(row["srv_uweight"]), int(row["srv_iweight"])
            servers[name] = Settings(known[pool][name], *weights, int(row["srv_agent_state"]))
    return settings


def _sockets(words: Sequence[str]) -> list[Socket]:
    """The table that ``show cli sockets`` gives: an address, a level, the processes that serve it."""
    if not words or words[0] != SOCKETS_HEADER:
        raise ValueError("no list of sockets")
    return [Socket(*line.split()[:2]) for line in words[1:]]
