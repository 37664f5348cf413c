# SPDX-License-Identifier: GPL-3.0-or-later
"""The core of haproxy_pool_info: options in, what the endpoints say out. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.estate import open_estate
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import Server, Snapshot
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.placement import Wanted, check_names, placement_of
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.report import process_facts, server_facts


def run(params: Mapping[str, Any], clock: Clock) -> dict[str, Any]:
    online, maintenance = params.get("online_pool"), params.get("maintenance_pool")
    pools = [pool for pool in params.get("pools") or [online, maintenance] if pool]
    if not pools:
        raise BadInput("pools is empty: name at least one pool")
    members = params.get("members")
    estate = open_estate(params, list(dict.fromkeys(pools)), clock)
    estate.gather()
    seen = estate.seen()
    for pool in pools if members else []:
        check_names(seen, Wanted("online", members or [], pool))
    return {
        "changed": False,
        "endpoints": [_endpoint(snapshot, members) for snapshot in seen],
        "placements": placements(seen, online, maintenance, members) if online else {},
        "skipped_endpoints": sorted(estate.skipped),
        "warnings": estate.skipped_words(),
    }


def placements(
    snapshots: Sequence[Snapshot], online: str, maintenance: Optional[str], members: Optional[Sequence[str]] = None
) -> dict[str, dict[str, str]]:
    """Placement by member and endpoint: online, maintenance, offline or mixed."""
    names = members or sorted({name for seen in snapshots for name in seen.pools[online]})
    return {
        name: {seen.endpoint: placement_of(seen.find(online, name), seen.find(maintenance, name)) for seen in snapshots}
        for name in names
    }


def _endpoint(seen: Snapshot, members: Optional[Sequence[str]]) -> dict[str, Any]:
    return {
        "name": seen.endpoint,
        "url": seen.url,
        "level": seen.level,
        "process": process_facts(seen.process),
        "pools": [
            {"pool": pool, "servers": [_server(server) for server in servers.values() if _asked(server, members)]}
            for pool, servers in seen.pools.items()
        ],
    }


def _asked(server: Server, members: Optional[Sequence[str]]) -> bool:
    return not members or server.name in members


def _server(server: Server) -> dict[str, Any]:
    return {
        "server": server.name,
        **server_facts(server),
        "serving": server.serving,
        "draining": server.draining,
        "backup": server.backup,
    }
