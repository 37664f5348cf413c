# SPDX-License-Identifier: GPL-3.0-or-later
"""From what HAProxy and the members said to what a plan is made of. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import NotFound
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import Snapshot
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.placement import placement_of
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.estate import Member, OnlinePool


@dataclass(frozen=True)
class Answer:
    """What a member said when it was asked for its version; ``silent`` says why nobody answered at its address at all."""

    version: Optional[str] = None
    silent: Optional[str] = None


NOTHING_SAID = Answer()


def online_pools(snapshots: Sequence[Snapshot], own: str, further: Sequence[str] = ()) -> list[OnlinePool]:
    """The service's own pool on every endpoint, then each further one."""
    found = []
    for pool in (own, *further):
        for seen in snapshots:
            servers = [server for server in seen.pools[pool].values() if not server.backup]
            serving = sum(server.serving for server in servers)
            found.append(OnlinePool(seen.endpoint, pool, len(servers), serving, further=pool != own))
    return found


def further_pools(own: str, named: Sequence[Mapping[str, Any]]) -> list[str]:
    """Every further pool that any of the members is in, in alphabetical order."""
    return sorted({pool for member in named for pool in member.get("also_in_pools") or () if pool != own})


def members_found(
    snapshots: Sequence[Snapshot],
    online_pool: str,
    maintenance_pool: str,
    named: Sequence[Mapping[str, Any]],
    *,
    answers: Mapping[str, Answer],
    seconds: Mapping[str, int],
) -> list[Member]:
    """The members ``named`` (name, server, zone, also_in_pools) as they are; a server that an endpoint does not list is an error."""
    return [
        Member(
            name=member["name"],
            server=member["server"],
            zone=member.get("zone"),
            version=answers.get(member["name"], NOTHING_SAID).version,
            placement=_placement(snapshots, online_pool, maintenance_pool, member),
            serving=_serving(snapshots, online_pool, member),
            further={pool: _serving(snapshots, pool, member) for pool in further_pools(online_pool, [member])},
            seconds=seconds.get(member["name"]),
            silent=answers.get(member["name"], NOTHING_SAID).silent,
        )
        for member in named
    ]


def _serving(snapshots: Sequence[Snapshot], pool: str, member: Mapping[str, Any]) -> dict[str, bool]:
    return {seen.endpoint: seen.pools[pool][member["server"]].serving for seen in snapshots}


def _placement(snapshots: Sequence[Snapshot], online: str, maintenance: str, member: Mapping[str, Any]) -> str:
    server = member["server"]
    for seen in snapshots:
        for pool in (online, maintenance, *further_pools(online, [member])):
            if server not in seen.pools[pool]:
                raise NotFound(
                    f"{member['name']} is server {server} for HAProxy, but {seen.endpoint} has no such server in pool {pool}: it has "
                    f"{', '.join(sorted(seen.pools[pool]))}. Where HAProxy's name differs from the inventory's, set rollout_server_name for the host.",
                    endpoint=seen.endpoint,
                )
    places = {placement_of(seen.pools[online][server], seen.pools[maintenance][server]) for seen in snapshots}
    return places.pop() if len(places) == 1 else "mixed"
