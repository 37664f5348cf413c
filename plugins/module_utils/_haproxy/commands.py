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


SWITCHED = {"enabled": "enable", "disabled": "disable"}


class Order(NamedTuple):
    """``value`` goes with the actions that set something: 50%, 10.0.0.7 port 8080, 200, enabled or disabled."""

    key: ServerKey
    action: Action
    value: str = ""

    def command(self) -> str:
        server = f"{name(self.key.pool, 'pool')}/{name(self.key.server, 'server')}"
        if self.action is Action.SHUTDOWN_SESSIONS:
            return f"shutdown sessions server {server}"
        if self.action is Action.GATE:
            return f"set server {server} state drain;set server {server} health down"
        if self.action in (Action.WEIGHT, Action.ADDRESS):
            return f"set server {server} {self.action.value} {self.value}"
        if self.action is Action.MAXCONN:
            return f"set maxconn server {server} {self.value}"
        if self.action in (Action.AGENT, Action.HEALTH):
            return f"{SWITCHED[self.value]} {self.action.value} {server}"
        return f"set server {server} state {self.action.value}"


def name(text: str, what: str) -> str:
    """``text`` if HAProxy can have such a name; anything else could smuggle a command of its own into the line."""
    if not NAME.match(text):
        raise BadInput(f"{text!r} is not a name of an HAProxy {what}: letters, digits and _ : . - are allowed")
    return text


def read_line(pools: Sequence[str]) -> str:
    """One line that asks everything; the level comes last and proves that the answer is whole. No pools are all pools."""
    if not pools:
        return f"show servers state;show stat -1 4 -1;show info;{LEVEL}"
    states = [f"show servers state {name(pool, 'pool')}" for pool in pools]
    counters = [f"show stat {pool} 4 -1" for pool in pools]
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
