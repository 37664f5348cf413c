# SPDX-License-Identifier: GPL-3.0-or-later
"""One rule a difference between pools or between load balancers. Pure. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import NamedTuple, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._connections.way import Way
from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.asked import Asked
from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.configuration import Configuration
from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.finding import Spot
from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.servers import pools_of


class Seen(NamedTuple):
    """All that was asked and read. The two pools are those that rollouts move."""

    endpoints: Sequence[Asked]
    configurations: Sequence[Configuration]
    online_pool: Optional[str] = None
    maintenance_pool: Optional[str] = None
    skipped: Mapping[str, str] = {}
    ways: Sequence[Way] = ()


Rule = Callable[[Seen], Iterator[Spot]]


def servers_differ(seen: Seen) -> Iterator[Spot]:
    """Every pool is the same on every endpoint that has it, and every endpoint has it."""
    for pool in dict.fromkeys(pool for asked in seen.endpoints for pool in asked.pools):
        everybody = dict.fromkeys(name for asked in seen.endpoints for name in asked.pools.get(pool, {}))
        for asked in seen.endpoints:
            missing = [name for name in everybody if name not in asked.pools.get(pool, {})]
            if missing:
                yield Spot(f"{asked.name}/{pool}", f"it lacks {', '.join(missing)}, which another endpoint has there")


def versions_differ(seen: Seen) -> Iterator[Spot]:
    versions = {asked.name: asked.snapshot.process.version for asked in seen.endpoints}
    if len(set(versions.values())) > 1:
        yield Spot(", ".join(versions), "; ".join(f"{name} runs {version}" for name, version in versions.items()))


def one_endpoint(seen: Seen) -> Iterator[Spot]:
    if len(seen.endpoints) == 1:
        yield Spot(seen.endpoints[0].name, "it is the only endpoint")


def pools_differ(seen: Seen) -> Iterator[Spot]:
    online, maintenance = seen.online_pool, seen.maintenance_pool
    if not online or not maintenance:
        return
    for asked in seen.endpoints:
        yield from _differing(asked.pools, online, maintenance, f"{asked.name}/{online}")
    for configuration in seen.configurations:
        pools = {pool.name: pool for pool in pools_of(configuration)}
        if online in pools:
            names = {name: [server.name for server in pool.servers] for name, pool in pools.items()}
            yield from _differing(names, online, maintenance, configuration.where(pools[online].section.number))


RULES: Mapping[str, Rule] = {
    rule.__name__: rule for rule in (servers_differ, pools_differ, versions_differ, one_endpoint)
}


def _differing(pools: Mapping[str, Collection[str]], online: str, maintenance: str, where: str) -> Iterator[Spot]:
    for pool, other in ((online, maintenance), (maintenance, online)):
        missing = [name for name in pools.get(other, ()) if name not in pools.get(pool, ())]
        if missing:
            yield Spot(where, f"{pool} lacks {', '.join(missing)}, which {other} has")
            return
