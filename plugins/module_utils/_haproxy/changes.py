# SPDX-License-Identifier: GPL-3.0-or-later
"""From what servers are to what a task wants of them: the changes, and whether they are allowed. Pure. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import Refused
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.commands import Action, Order
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import (
    INHERITED,
    MAINTENANCE,
    Admin,
    Server,
    ServerKey,
    Settings,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.placement import (
    cause_of,
    check_owner,
    checks_are_current,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.wish import Wish

STANDINGS = {"ready": "ready", "drain": "draining", "maint": "maintenance", "absent": "maintenance"}
ORDERS = {"ready": Action.READY, "drain": Action.DRAIN, "maint": Action.MAINT, "absent": Action.MAINT}
NO_ADDRESS = ("", "-")


@dataclass(frozen=True)
class Change:
    """One thing of one server: ``what`` goes from ``before`` to ``after``. ``fresh``: checks have to pass again first."""

    key: ServerKey
    what: str
    before: str
    after: str
    order: Order
    fresh: bool = False

    def __str__(self) -> str:
        return f"{self.key} {self.what}: {self.before} -> {self.after}"


def changes_of(key: ServerKey, server: Server, wish: Wish, there: bool = True) -> Iterator[Change]:
    """In the order in which they are carried out: a server that is not ``there``, who else rules, settings, the state, the agent
    again, and the end."""
    if wish.create and not there:
        line = wish.create.line(server)
        yield Change(key, "server", "absent", line, Order(key, Action.CREATE, line))
    has, health = server.settings, server.health
    if wish.agent == "disabled" and has.agent == "enabled":
        yield Change(key, "agent", "enabled", "disabled", Order(key, Action.AGENT, "disabled"))
    if wish.health and health != wish.health and not (wish.health == "disabled" and health == "none"):
        yield Change(key, "health", health, wish.health, Order(key, Action.HEALTH, wish.health))
    place = (wish.address or has.address, wish.port or has.port)
    if place != (has.address, has.port):
        before, after = (f"{address}:{port}" for address, port in ((has.address, has.port), place))
        yield Change(key, "address", before, after, Order(key, Action.ADDRESS, f"{place[0]} port {place[1]}"))
    if wish.fqdn and wish.fqdn != has.fqdn:
        yield Change(key, "fqdn", has.fqdn, wish.fqdn, Order(key, Action.FQDN, wish.fqdn))
    if wish.maxconn is not None and wish.maxconn != has.maxconn:
        order = Order(key, Action.MAXCONN, str(wish.maxconn))
        yield Change(key, "maxconn", str(has.maxconn), str(wish.maxconn), order)
    weight = wish.final_weight
    if weight is not None and (weight_of(weight, has) != has.weight or (wish.ramp and _out(server, wish))):
        order = Order(key, Action.WEIGHT, f"{wish.ramp.steps[0]}%" if wish.ramp else weight)
        yield Change(key, "weight", str(has.weight), _weight_words(wish, has), order)
    if wish.state and _out(server, wish):
        leaves = wish.state in ("maint", "absent")
        fresh = not leaves and (health == "enabled" or wish.health == "enabled")
        fresh = fresh and wish.health != "disabled"
        fresh = fresh and not (checks_are_current(server) and wish.health is None) and not server.tracked
        fresh = fresh and (wish.state == "ready" or server.forced_out)
        order = Order(key, Action.GATE if fresh and wish.state == "drain" else ORDERS[wish.state])
        yield Change(key, "state", server.standing(), STANDINGS[wish.state], order, fresh)
    if wish.agent == "enabled" and has.agent != "enabled":
        yield Change(key, "agent", has.agent, "enabled", Order(key, Action.AGENT, "enabled"))
    if wish.state == "absent":
        yield Change(key, "server", f"{has.address}:{has.port}", "absent", Order(key, Action.DELETE))


def settings_back(key: ServerKey, before: Server, now: Server) -> Iterator[Order]:
    """The orders that make the settings of a server what they were; its state is put back by others."""
    was, has = before.settings, now.settings
    if was.fqdn != has.fqdn:
        yield Order(key, Action.FQDN, was.fqdn)
    elif (was.address, was.port) != (has.address, has.port):
        yield Order(key, Action.ADDRESS, f"{was.address} port {was.port}")
    if was.maxconn != has.maxconn:
        yield Order(key, Action.MAXCONN, str(was.maxconn))
    if was.weight != has.weight:
        yield Order(key, Action.WEIGHT, "100%" if was.weight == was.initial_weight else str(was.weight))
    if before.health != now.health:
        yield Order(key, Action.HEALTH, before.health)
    if was.agent != has.agent:
        yield Order(key, Action.AGENT, was.agent)


def check_allowed(change: Change, server: Server, wish: Wish) -> None:
    """Refuses what would not hold, would stop traffic unseen, or belongs to somebody else."""
    if change.what in ("state", "weight") and wish.agent != "disabled":
        check_owner(change.key, server, "set agent: disabled in this task")
    if change.what == "agent" and server.settings.agent == "none":
        raise _refusal(change, server, "the server has no agent check in HAProxy's configuration")
    if change.what == "fqdn" and not server.settings.fqdn:
        raise _refusal(change, server, "HAProxy's configuration has an address for the server and no name to resolve")
    if change.what == "address" and server.settings.address in NO_ADDRESS:
        raise _refusal(
            change,
            server,
            "HAProxy resolves its name and has not got an address yet. Give fqdn, or put that right first",
        )
    if change.what == "health" and server.health == "none":
        raise _refusal(change, server, "the server has no health check in HAProxy's configuration")
    if change.what == "health" and change.after == "disabled" and server.admin & MAINTENANCE:
        raise _refusal(
            change,
            server,
            "it is in maintenance. A check that is disabled there stays paused for ever after the server is ready "
            "again, which then serves unchecked. Disable it while the server is ready, or leave it alone",
        )
    if change.what == "state" and change.after == "ready" and server.admin & INHERITED:
        raise _refusal(change, server, f"something else keeps it out: {cause_of(server)}. Put that right first")
    weight = (wish.ramp and f"{wish.ramp.steps[0]}%") or wish.weight
    if change.what == "weight" and weight not in ("0", "0%") and not weight_of(str(weight), server.settings):
        raise _refusal(
            change,
            server,
            f"{weight} of its initial weight {server.settings.initial_weight} is 0, which is no traffic. Give it a "
            "base weight of 100 in HAProxy's configuration, or an absolute weight here",
        )


def weight_of(weight: str, settings: Settings) -> int:
    """The number that HAProxy makes of a weight, a percentage being one of the initial weight, rounded down."""
    if weight.endswith("%"):
        return settings.initial_weight * int(weight[:-1]) // 100
    return int(weight)


def takes_out(change: Change) -> bool:
    return change.after in ("draining", "maintenance") or (change.what == "weight" and change.after == "0")


def _out(server: Server, wish: Wish) -> bool:
    """Whether the server stands elsewhere than wanted; without a wanted state it never does."""
    if wish.state == "ready":
        return not server.ready
    if wish.state == "drain":
        return server.forced_out or not server.admin & Admin.FORCED_DRAIN
    return wish.state in ("maint", "absent") and not server.forced_out


def _weight_words(wish: Wish, has: Settings) -> str:
    steps: Sequence[str] = [f"{step}%" for step in wish.ramp.steps] if wish.ramp else [str(wish.weight)]
    return ", ".join(str(weight_of(step, has)) for step in steps)


def _refusal(change: Change, server: Server, why: str) -> Refused:
    return Refused(
        f"{change} is refused: {why}. HAProxy says {server.status}.", endpoint=change.key.endpoint, reply=server.status
    )
