# SPDX-License-Identifier: GPL-3.0-or-later
"""Names to command lines of HAProxy's runtime API. Private to hybrid.rollout."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import ServerKey

NAME = re.compile(r"[A-Za-z0-9_:.-]+\Z")
LEVEL = "show cli level"
LONGEST_LINE = 8000
POOLS_AND_SERVERS = 6


class Action(Enum):
    """What an order may say. ``GATE`` drains and lets HAProxy forget every check that passed before."""

    DRAIN = "drain"
    MAINT = "maint"
    READY = "ready"
    GATE = "gate"
    SHUTDOWN_SESSIONS = "shutdown_sessions"
    WEIGHT = "weight"
    ADDRESS = "addr"
    MAXCONN = "maxconn"
    AGENT = "agent"
    HEALTH = "health"
    FQDN = "fqdn"
    CREATE = "create"
    DELETE = "delete"


SWITCHED = {"enabled": "enable", "disabled": "disable"}
SWITCH_OF = {"check": "health", "agent-check": "agent"}
COMMANDS = {
    Action.DRAIN: "set server {server} state drain",
    Action.MAINT: "set server {server} state maint",
    Action.READY: "set server {server} state ready",
    Action.GATE: "set server {server} state drain;set server {server} health down",
    Action.SHUTDOWN_SESSIONS: "shutdown sessions server {server}",
    Action.WEIGHT: "set server {server} weight {value}",
    Action.ADDRESS: "set server {server} addr {value}",
    Action.MAXCONN: "set maxconn server {server} {value}",
    Action.AGENT: "{switch} agent {server}",
    Action.HEALTH: "{switch} health {server}",
    Action.FQDN: "set server {server} fqdn {value}",
    Action.CREATE: "add server {server} {value}",
    Action.DELETE: "del server {server}",
}


class Order(NamedTuple):
    """``value`` goes with the actions that set something: 50%, 10.0.0.7 port 8080, 200, enabled or disabled. That of ``CREATE`` is
    what follows the name in HAProxy's server line; other than in the configuration its checks are off until they are enabled."""

    key: ServerKey
    action: Action
    value: str = ""

    def command(self) -> str:
        server = f"{name(self.key.pool, 'pool')}/{name(self.key.server, 'server')}"
        said = COMMANDS[self.action].format(server=server, value=self.value, switch=SWITCHED.get(self.value))
        switches = [
            SWITCH_OF[word] for word in self.value.split() if self.action is Action.CREATE and word in SWITCH_OF
        ]
        return ";".join([said, *(f"enable {switch} {server}" for switch in switches)])


def name(text: str, what: str) -> str:
    """``text`` if HAProxy can have such a name; anything else could smuggle a command of its own into the line."""
    if not NAME.match(text):
        raise BadInput(f"{text!r} is not a name of an HAProxy {what}: letters, digits and _ : . - are allowed")
    return text


def read_line(pools: Sequence[str]) -> str:
    """One line that asks everything; the level comes last and proves that the answer is whole. No pools are all pools."""
    if not pools:
        return f"show servers state;show stat -1 {POOLS_AND_SERVERS} -1;show info;{LEVEL}"
    states = [f"show servers state {name(pool, 'pool')}" for pool in pools]
    counters = [f"show stat {pool} {POOLS_AND_SERVERS} -1" for pool in pools]
    return ";".join([*states, *counters, "show info", LEVEL])


def order_lines(orders: Iterable[Order]) -> Iterator[str]:
    """The orders as lines that fit HAProxy's buffer. Silence is success there, so each line ends with a question."""
    line = ""
    for order in orders:
        command = order.command()
        if line and len(line) + len(command) > LONGEST_LINE:
            yield f"{line};{LEVEL}"
            line = ""
        line = f"{line};{command}" if line else command
    if line:
        yield f"{line};{LEVEL}"
