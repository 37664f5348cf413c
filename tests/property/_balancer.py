# SPDX-License-Identifier: GPL-3.0-or-later
"""A small model of HAProxy that speaks its text protocol, for estates that nobody could start by the hundred.

What it knows: the orders that the modules give, servers that follow others, servers that come and go, sessions that end one by one or never, death in the
middle of a line, one refusal, and somebody else's order in between. What it does not know: queues, agents that speak, slow starts,
restarts. Those are tested on real HAProxys in tests/integration/haproxy.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import EndpointFailed
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.endpoint import Endpoint
from ansible_collections.hybrid.rollout.tests.property._model_server import (
    CONFIGURED,
    ENABLED,
    FALL,
    RISE,
    ModelServer,
)

STATES = (
    "# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_check_state "
    "srv_agent_state srv_port"
)
STATS = (
    "# pxname,svname,type,qcur,scur,slim,status,bck,tracked,check_status,check_desc,last_chk,check_rise,check_fall,"
    "check_health,used_conn_cur,idle_conn_cur"
)


@dataclass
class Trouble:
    """At the ``when``-th exchange with an order in it, after ``done`` of its commands: one refusal, or death."""

    when: int
    done: int
    dies: bool


@dataclass
class Meddling:
    """Just before the ``when``-th exchange somebody else gives an order."""

    when: int
    order: str


@dataclass
class Balancer:
    """``lowest`` is, for each pool, the least number of servers that an order left serving customers; ``fooled`` is whoever came
    back to serve though checks that run would say no. What is added turns out ``newborns_well``, or not."""

    name: str
    pools: dict[str, dict[str, ModelServer]]
    version: str = "3.0.11"
    newborns_well: bool = True
    trouble: Optional[Trouble] = None
    meddling: Optional[Meddling] = None
    told: list[str] = field(default_factory=list)
    fooled: set[str] = field(default_factory=set)
    dead: bool = False
    meddled: int = 0
    exchanges: int = 0
    _orders: int = 0

    def __post_init__(self) -> None:
        for server in self.servers():
            pool, _slash, name = server.follows.partition("/")
            if name in self.pools.get(pool, {}):
                server.follow(self.pools[pool][name])
        self.at_start = self.count()
        self.lowest = dict(self.at_start)
        self._served = {id(server) for server in self.servers() if server.serving}

    def by_name(self) -> list[tuple[str, ModelServer]]:
        return [(f"{pool}/{name}", server) for pool, servers in self.pools.items() for name, server in servers.items()]

    def servers(self) -> list[ModelServer]:
        return [server for _name, server in self.by_name()]

    def find(self, name: str) -> ModelServer:
        pool, _slash, server = name.partition("/")
        return self.pools[pool][server]

    def count(self) -> dict[str, int]:
        return {
            pool: sum(server.serving and server.weight > 0 and not server.backup for server in servers.values())
            for pool, servers in self.pools.items()
        }

    def exchange(self, endpoint: Endpoint, line: str) -> str:
        self.exchanges += 1
        if self.meddling and self.meddling.when == self.exchanges and not self.dead:
            self.meddled = self.exchanges
            self._obey(self.meddling.order)
        orders = not line.startswith(("show", "wait"))
        self._orders += orders
        struck = self.trouble if orders and self.trouble and self._orders == self.trouble.when else None
        said = []
        for number, command in enumerate(line.split(";")):
            if struck and number == struck.done:
                self.dead = struck.dies
                if not self.dead:
                    said.append("No luck today.\n")
                    continue
            if self.dead:
                raise EndpointFailed(
                    f"HAProxy {self.name} could not be asked: gone", endpoint=endpoint.name, reply="gone"
                )
            said.append(self._answer(command))
        return "\n".join(said)

    def pass_time(self) -> None:
        for server in self.servers():
            server.pass_time()
        self._watch()

    def _answer(self, command: str) -> str:
        words = command.split()
        if command == "show cli level":
            return "admin\n"
        if command == "show info":
            return f"Name: HAProxy\nVersion: {self.version}\nPid: 100\nStart_time_sec: 1\n"
        if words[:2] == ["show", "servers"]:
            return "\n".join(["1", STATES, *self._states(words[3:] or list(self.pools))]) + "\n"
        if words[:2] == ["show", "stat"]:
            return "\n".join([STATS, *self._stats([words[2]] if words[2] in self.pools else list(self.pools))]) + "\n"
        if command == "show sess":
            return "".join(self._sessions())
        if words[0] == "wait":
            return self._verdict(self.find(words[3]))
        self.told.append(command)
        before = self.count()
        said = self._obey(command)
        for pool, serving in self.count().items():
            if serving < before[pool]:
                self.lowest[pool] = min(self.lowest[pool], serving)
        self._watch()
        return said

    def _sessions(self) -> Iterator[str]:
        for pool, servers in self.pools.items():
            for name, server in servers.items():
                analysers = "00h" if server.endless else "8000h"
                yield f"0x1: be={pool} srv={name} age=2s rq[f=0h,an={analysers}]\n" * server.sessions

    def _obey(self, command: str) -> str:
        words = command.split()
        if words[0] in ("add", "del"):
            return self._add(words[2], words[3], words[4:]) if words[0] == "add" else self._delete(words[2])
        if not any(name in words for name, _server in self.by_name()):
            return "No such server.\n"
        if words[0] == "shutdown":
            self.find(words[3]).sessions = 0
        elif words[0] in ("enable", "disable"):
            return _switch(self.find(words[2]), words[1], words[0] == "enable")
        elif words[1] == "maxconn":
            self.find(words[3]).maxconn = int(words[4])
        else:
            return _set(self.find(words[2]), words[3], words[4:], self.version)
        return ""

    def _add(self, name: str, place: str, parameters: list[str]) -> str:
        pool, _slash, server = name.partition("/")
        if pool not in self.pools:
            return "No such backend.\n"
        if server in self.pools[pool]:
            return "Already exists a server with the same name in backend.\n"
        self.pools[pool][server] = ModelServer.added(place, parameters, self.newborns_well)
        return "New server registered.\n"

    def _delete(self, name: str) -> str:
        pool, _slash, server = name.partition("/")
        if server not in self.pools.get(pool, {}):
            return "No such server.\n"
        leaving = self.find(name)
        if leaving.followers:
            return "This server cannot be removed at runtime due to other configuration elements pointing to it.\n"
        if not leaving.kept_out:
            return "Only servers in maintenance mode can be deleted.\n"
        if leaving.sessions or leaving.idle_connections:
            return "Server still has connections attached to it, cannot remove it.\n"
        del self.pools[pool][server]
        if leaving.leader:
            leaving.leader.followers.remove(leaving)
        return "Server deleted.\n"

    def _watch(self) -> None:
        self.fooled |= {
            name
            for name, server in self.by_name()
            if server.serving and server.checking and not server.well and id(server) not in self._served
        }

    @staticmethod
    def _verdict(server: ModelServer) -> str:
        if not server.admin & 1:
            return "Failed. Only servers in maintenance mode can be deleted.\n"
        if server.followers:
            return (
                "Failed. This server cannot be removed at runtime due to other configuration elements pointing to it.\n"
            )
        busy = server.sessions or server.idle_connections
        return (
            "Wait delay expired. Server still has connections attached to it, cannot remove it.\n"
            if busy
            else "Done.\n"
        )

    def _states(self, pools: list[str]) -> list[str]:
        return [
            f"{place} {pool} {number} {name} {server.address} {2 if server.up else 0} {server.admin} {server.weight} "
            f"{server.initial_weight} {server.check} {server.agent} {server.port}"
            for place, pool in enumerate(pools, 4)
            for number, (name, server) in enumerate(self.pools[pool].items(), 1)
        ]

    def _stats(self, pools: list[str]) -> list[str]:
        backends = [f"{pool},BACKEND,1,0,0,,UP,0,,,,,,,,0,0" for pool in pools]
        return backends + [
            f"{pool},{name},2,0,{server.sessions},{server.maxconn or ''},{_status(server)},{int(server.backup)},"
            f"{server.follows},{_check(server)},{server.sessions},{server.idle_connections}"
            for pool in pools
            for name, server in self.pools[pool].items()
        ]


def _set(server: ModelServer, what: str, values: list[str], version: str) -> str:
    if what == "state":
        server.set_state(values[0])
    elif what == "weight":
        server.set_weight(values[0])
    elif what == "addr":
        return _move(server, values[0], int(values[2]), speaks_of_both=version.startswith("2."))
    elif server.follows:
        return "cannot change health on a tracking server.\n"
    else:
        server.health_down()
    return ""


def _move(server: ModelServer, address: str, port: int, speaks_of_both: bool) -> str:
    said = []
    if address != server.address:
        said.append(f"IP changed from '{server.address}' to '{address}'")
    elif speaks_of_both:
        said.append("no need to change the addr")
    if port != server.port:
        said.append(f"port changed from '{server.port}' to '{port}'")
    elif speaks_of_both:
        said.append("no need to change the port")
    server.address, server.port = address, port
    return f"{', '.join(said)} by 'stats socket command'\n" if said else "nothing changed\n"


def _switch(server: ModelServer, what: str, on: bool) -> str:
    switch = server.check if what == "health" else server.agent
    if on and not switch & CONFIGURED:
        return f"{'Health check' if what == 'health' else 'Agent'} was not configured on this server, cannot enable.\n"
    switch = switch | ENABLED if on else switch & ~ENABLED
    if what == "health":
        server.check = switch
    else:
        server.agent = switch
    return ""


def _status(server: ModelServer) -> str:
    return "MAINT" if server.kept_out else "DOWN" if not server.up else "UP" if server.ready else "DRAIN"


def _check(server: ModelServer) -> str:
    return f"L7OK,,,{RISE},{FALL},{server.health}" if server.checking else ",,,,,"
