# SPDX-License-Identifier: GPL-3.0-or-later
"""The floor: how many servers keep serving when some are taken out. Pure. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import Refused
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import Server, Snapshot
from ansible_collections.hybrid.rollout.plugins.module_utils._share import count_of


def floor_of(min_active: str, servers: int) -> int:
    """``min_active`` as a number: a count, or a percentage of the pool's servers, rounded up."""
    return count_of(min_active, servers, what="min_active", round_up=True)


def check_floor(snapshots: Iterable[Snapshot], pool: str, leaving: Iterable[str], min_active: str) -> None:
    """Refuse if, on any endpoint, too few would be serving. A server that does not serve now takes nothing away."""
    gone = set(leaving)
    refusals = [
        f"{seen.endpoint}: {words}"
        for seen in snapshots
        for words in [_shortage(seen.pools[pool], gone, min_active)]
        if words
    ]
    if refusals:
        raise Refused(
            f"pool {pool} would fall below min_active ({min_active}). {'; '.join(refusals)}. Wait until more members "
            "serve, take fewer out at once, or lower min_active.",
            endpoint=refusals[0].partition(":")[0],
        )


def _shortage(servers: Mapping[str, Server], gone: set[str], min_active: str) -> str:
    regular = {name: server for name, server in servers.items() if not server.backup}
    serving = {name for name, server in regular.items() if server.takes_customers}
    floor = floor_of(min_active, len(regular))
    leaving = sorted(serving & gone)
    left = len(serving - gone)
    if not leaving or left >= floor:
        return ""
    return (
        f"of {len(regular)} servers {len(serving)} serve now ({', '.join(sorted(serving))}); without "
        f"{', '.join(leaving)} {left} would be left, {floor} must be"
    )
