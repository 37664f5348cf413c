# SPDX-License-Identifier: GPL-3.0-or-later
"""One rule a dangerous setting of a running HAProxy. Pure. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.addresses import reaches_the_network
from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.asked import Asked
from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.finding import Spot
from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.rules_servers import LOWEST_WEIGHT_FOR_AGENT
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import DRAIN, MAINTENANCE

Rule = Callable[[Asked, Collection[str]], Iterator[Spot]]


def server_without_check(seen: Asked, _moved: Collection[str]) -> Iterator[Spot]:
    for where, settings in seen.servers():
        if not settings.server.check.configured and not settings.server.tracked:
            yield Spot(where, "it has no check, or its check is disabled")


def check_paused(seen: Asked, _moved: Collection[str]) -> Iterator[Spot]:
    for where, settings in seen.servers():
        server = settings.server
        if server.check.configured and server.check.paused and not server.admin & MAINTENANCE:
            yield Spot(where, f"its check is paused though it is not in maintenance; it says {server.status}")


def weight_zero(seen: Asked, _moved: Collection[str]) -> Iterator[Spot]:
    for where, settings in seen.servers():
        if settings.weight == 0 and not settings.server.admin & (MAINTENANCE | DRAIN):
            yield Spot(
                where, f"its weight is 0 (configured: {settings.initial_weight}); it says {settings.server.status}"
            )


def agent_on_low_weight(seen: Asked, _moved: Collection[str]) -> Iterator[Spot]:
    for where, settings in seen.servers():
        if settings.has_agent and 0 < settings.initial_weight < LOWEST_WEIGHT_FOR_AGENT:
            yield Spot(where, f"it has an agent on weight {settings.initial_weight}")


def two_owners(seen: Asked, moved: Collection[str]) -> Iterator[Spot]:
    """Pools in ``moved`` are moved through the runtime API; elsewhere an order of somebody's has to stand. Draining may be the agent's own."""
    for where, settings in seen.servers():
        if not settings.agent_runs:
            continue
        if where.split("/")[-2] in moved:
            yield Spot(where, "its agent runs in a pool that rollouts move")
        elif settings.server.forced_out:
            yield Spot(where, f"it is held in {settings.server.standing()} while its agent runs")


def clear_text_admin_socket(seen: Asked, _moved: Collection[str]) -> Iterator[Spot]:
    for socket in seen.sockets:
        if socket.level == "admin" and reaches_the_network(socket.address):
            yield Spot(f"{seen.name}/{socket.address}", "stats socket with level admin")


def clear_text_stats_socket(seen: Asked, _moved: Collection[str]) -> Iterator[Spot]:
    for socket in seen.sockets:
        if socket.level != "admin" and reaches_the_network(socket.address):
            yield Spot(f"{seen.name}/{socket.address}", f"stats socket with level {socket.level}")


def static_balance(seen: Asked, _moved: Collection[str]) -> Iterator[Spot]:
    """A hash is left to the configuration: whether it is consistent cannot be asked."""
    for pool in seen.pools:
        if seen.algorithms.get(pool) == "static-rr":
            yield Spot(f"{seen.name}/{pool}", "balance static-rr")


def balance_first(seen: Asked, _moved: Collection[str]) -> Iterator[Spot]:
    for pool in seen.pools:
        if seen.algorithms.get(pool) == "first":
            yield Spot(f"{seen.name}/{pool}", "balance first")


def tracked_server(seen: Asked, _moved: Collection[str]) -> Iterator[Spot]:
    for where, settings in seen.servers():
        if settings.server.tracked:
            yield Spot(where, f"it tracks {settings.server.tracked}")


RULES: Mapping[str, Rule] = {
    rule.__name__: rule
    for rule in (
        server_without_check,
        check_paused,
        weight_zero,
        agent_on_low_weight,
        two_owners,
        clear_text_admin_socket,
        clear_text_stats_socket,
        static_balance,
        balance_first,
        tracked_server,
    )
}
