# SPDX-License-Identifier: GPL-3.0-or-later
"""From what HAProxy and the members said to what a plan is made of. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import NotFound
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import Snapshot
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.placement import placement_of
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.estate import Member, OnlinePool


def online_pools(snapshots: Sequence[Snapshot], pool: str) -> list[OnlinePool]:
    found = []
    for seen in snapshots:
        servers = [server for server in seen.pools[pool].values() if not server.backup]
        found.append(OnlinePool(seen.endpoint, pool, len(servers), sum(server.serving for server in servers)))
    return found


def members_found(
    snapshots: Sequence[Snapshot],
    online_pool: str,
    maintenance_pool: str,
    named: Sequence[Mapping[str, Any]],
    versions: Mapping[str, Optional[str]],
) -> list[Member]:
    """The members ``named`` (name, server, zone) as they are; a server that an endpoint does not list is an error."""
    return [
        Member(
            name=member["name"],
            server=member["server"],
            zone=member.get("zone"),
            version=versions.get(member["name"]),
            placement=_placement(snapshots, online_pool, maintenance_pool, member),
            serving={seen.endpoint: seen.pools[online_pool][member["server"]].serving for seen in snapshots},
        )
        for member in named
    ]


def _placement(snapshots: Sequence[Snapshot], online: str, maintenance: str, member: Mapping[str, Any]) -> str:
    server = member["server"]
    for seen in snapshots:
        for pool in (online, maintenance):
            if server not in seen.pools[pool]:
                raise NotFound(
                    f"{member['name']} is server {server} for HAProxy, but {seen.endpoint} has no such server in pool {pool}: it has "
                    f"{', '.join(sorted(seen.pools[pool]))}. Where HAProxy's name differs from the inventory's, set rollout_server_name for the host.",
                    endpoint=seen.endpoint,
                )
    places = {placement_of(seen.pools[online][server], seen.pools[maintenance][server]) for seen in snapshots}
    return places.pop() if len(places) == 1 else "mixed"
