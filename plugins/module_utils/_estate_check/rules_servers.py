# SPDX-License-Identifier: GPL-3.0-or-later
"""One rule a dangerous line of a server in a configuration. Pure. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.configuration import Configuration
from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.finding import Spot
from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.servers import (
    ConfiguredPool,
    ConfiguredServer,
    milliseconds,
    pools_of,
)

Rule = Callable[[Configuration], Iterator[Spot]]
SLOWEST_CHECK_MILLISECONDS = 2000.0
LOWEST_WEIGHT_FOR_AGENT = 10


def server_without_check(seen: Configuration) -> Iterator[Spot]:
    for pool, server in _servers(seen):
        if not server.checked and "track" not in server.values:
            yield Spot(seen.where(server.number), f"server {pool.name}/{server.name} has no check")


def weight_zero(seen: Configuration) -> Iterator[Spot]:
    for pool, server in _servers(seen):
        weight, number = server.values.get("weight", ("1", 0))
        if weight == "0":
            yield Spot(seen.where(number), f"server {pool.name}/{server.name} has weight 0")


def agent_on_low_weight(seen: Configuration) -> Iterator[Spot]:
    for pool, server in _servers(seen):
        weight, number = server.values.get("weight", ("1", server.number))
        if server.has_agent and weight.isdigit() and 0 < int(weight) < LOWEST_WEIGHT_FOR_AGENT:
            yield Spot(seen.where(number), f"server {pool.name}/{server.name} has an agent on weight {weight}")


def tracked_server(seen: Configuration) -> Iterator[Spot]:
    for pool, server in _servers(seen):
        if "track" in server.values:
            followed, number = server.values["track"]
            yield Spot(seen.where(number), f"server {pool.name}/{server.name} tracks {followed}")


def slow_checks(seen: Configuration) -> Iterator[Spot]:
    for pool, server in _servers(seen):
        inter, number = server.values.get("inter", ("2s", 0))
        if server.checked and milliseconds(inter) > SLOWEST_CHECK_MILLISECONDS:
            yield Spot(seen.where(number), f"server {pool.name}/{server.name} is checked every {inter}")


RULES: Mapping[str, Rule] = {
    rule.__name__: rule
    for rule in (server_without_check, weight_zero, agent_on_low_weight, tracked_server, slow_checks)
}


def _servers(seen: Configuration) -> Iterator[tuple[ConfiguredPool, ConfiguredServer]]:
    return ((pool, server) for pool in pools_of(seen) for server in pool.servers)
