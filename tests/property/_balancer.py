# SPDX-License-Identifier: GPL-3.0-or-later
"""A small model of HAProxy that speaks its text protocol, for estates that nobody could start by the hundred.

What it knows: admin bits and their commands, a check that passes or fails for ever and counts up one step whenever time passes,
the UP that HAProxy shows on leaving maintenance before any check has run, sessions that end one by one or never, followers that
refuse ``health down``, death in the middle of a line, and one refusal. What it does not know: weights, queues, agents, slow
starts, restarts, backends that share servers. Those are tested on real HAProxys in tests/integration/haproxy.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import EndpointFailed
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.endpoint import Endpoint

STATES = "# be_id be_name srv_id srv_name srv_op_state srv_admin_state srv_check_state"
STATS = (
    "# pxname,svname,qcur,scur,status,bck,tracked,check_status,check_desc,last_chk,check_rise,check_fall,check_health"
)
ADMIN = {"ready": 0, "drain": 8, "maint": 1}
RISE, FALL = 2, 3


@dataclass
class ModelServer:
    admin: int
    well: bool
    checked: bool = True
    backup: bool = False
    follows: str = ""
    sessions: int = 0
    endless: bool = False
    health: int = 0

    def __post_init__(self) -> None:
        self.health = RISE + FALL - 1 if self.well else 0

    @property
    def ready(self) -> bool:
        return not self.admin & 0x3B

    @property
    def up(self) -> bool:
        return not self.admin & 0x23 and (self.health >= RISE or not self.checked)

    @property
    def serving(self) -> bool:
        return self.ready and self.up

    @property
    def standing(self) -> str:
        return "ready" if self.ready else "maintenance" if self.admin & 0x23 else "draining"

    def set_state(self, word: str) -> None:
        if self.admin & 1 and word != "maint":
            self.health = RISE
        self.admin = self.admin & ~9 | ADMIN[word]

    def pass_time(self) -> None:
        if self.checked and not self.admin & 0x23:
            self.health = min(self.health + 1, RISE + FALL - 1) if self.well else 0
        if not self.ready and self.sessions and not self.endless:
            self.sessions -= 1


@dataclass
class Trouble:
    """At the ``when``-th exchange with an order in it, after ``done`` of its commands: one refusal, or death."""

    when: int
    done: int
    dies: bool


@dataclass
class Balancer:
    """``lowest`` is the least number of servers of the pool ``watched`` that ever served at once, ``fooled`` whoever served broken."""

    name: str
    pools: dict[str, dict[str, ModelServer]]
    watched: str
    trouble: Optional[Trouble] = None
    told: list[str] = field(default_factory=list)
    fooled: set[str] = field(default_factory=set)
    dead: bool = False
    _exchanges: int = 0

    def __post_init__(self) -> None:
        self.lowest = self.at_start = self.count()

    def count(self) -> int:
        return sum(server.serving and not server.backup for server in self.pools[self.watched].values())

    def exchange(self, endpoint: Endpoint, line: str) -> str:
        orders = "set " in line or "shutdown " in line
        self._exchanges += orders
        struck = self.trouble if orders and self.trouble and self._exchanges == self.trouble.when else None
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

    def _answer(self, command: str) -> str:
        words = command.split()
        if command == "show cli level":
            return "admin\n"
        if command == "show info":
            return "Name: HAProxy\nVersion: 3.0.11\nPid: 100\nStart_time_sec: 1\n"
        if words[0] == "show":
            pool = words[3] if words[1] == "servers" else words[2]
            rows = self._states(pool) if words[1] == "servers" else self._stats(pool)
            return "\n".join(rows) + "\n"
        return self._obey(command)

    def _obey(self, command: str) -> str:
        self.told.append(command)
        words = command.split()
        pool, _slash, name = words[3 if words[0] == "shutdown" else 2].partition("/")
        server = self.pools[pool][name]
        if words[0] == "shutdown":
            server.sessions = 0
        elif words[3] == "health":
            if server.follows:
                return "cannot change health on a tracking server.\n"
            server.health = 0
        else:
            server.set_state(words[4])
        self._watch()
        return ""

    def _watch(self) -> None:
        self.lowest = min(self.lowest, self.count())
        self.fooled |= {
            name
            for name, server in self.pools[self.watched].items()
            if server.serving and server.checked and not server.well
        }

    def pass_time(self) -> None:
        for servers in self.pools.values():
            for server in servers.values():
                server.pass_time()
        self._watch()

    def _states(self, pool: str) -> list[str]:
        rows = ["1", STATES]
        for number, (name, server) in enumerate(self.pools[pool].items(), 1):
            check = (6 | 8 * bool(server.admin & 1)) if server.checked else 0
            rows.append(f"4 {pool} {number} {name} {2 if server.up else 0} {server.admin} {check}")
        return rows

    def _stats(self, pool: str) -> list[str]:
        rows = [STATS]
        for name, server in self.pools[pool].items():
            status = "MAINT" if server.admin & 0x23 else "DOWN" if not server.up else "UP" if server.ready else "DRAIN"
            check = f"L7OK,,,{RISE},{FALL},{server.health}" if server.checked else ",,,,,"
            rows.append(f"{pool},{name},0,{server.sessions},{status},{int(server.backup)},{server.follows},{check}")
        return rows
