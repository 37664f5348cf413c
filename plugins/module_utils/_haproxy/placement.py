# SPDX-License-Identifier: GPL-3.0-or-later
"""Seen and wanted to moves: which servers leave, enter or come back. Pure. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import NotFound, Refused
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import (
    INHERITED,
    Admin,
    Server,
    ServerKey,
    Snapshot,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.selection import some_of

PLACEMENTS = ("online", "maintenance", "offline")


class Way(Enum):
    """How a server goes where it should be, in an operator's words."""

    LEAVE = "leaves: drain, wait for its sessions, maintenance"
    ENTER = "enters: ready, for testers only"
    REJOIN = "comes back: drain, fresh checks, ready"
    RETURN = "comes back: ready"


@dataclass(frozen=True)
class Move:
    key: ServerKey
    way: Way

    def __str__(self) -> str:
        return f"{self.key} {self.way.value}"


@dataclass(frozen=True)
class Wanted:
    """Where the members should be. A service without a maintenance pool is only ever online or offline."""

    placement: str
    members: Sequence[str]
    online_pool: str
    maintenance_pool: Optional[str] = None

    @property
    def pools(self) -> dict[str, bool]:
        """The pools in play, and whether the members belong into each."""
        pools = {self.online_pool: self.placement == "online"}
        if self.maintenance_pool:
            pools[self.maintenance_pool] = self.placement == "maintenance"
        return pools

    def keys(self, endpoint: str) -> list[ServerKey]:
        return [ServerKey(endpoint, pool, member) for member in self.members for pool in self.pools]


def check_names(snapshots: Iterable[Snapshot], wanted: Wanted) -> None:
    """Every member is a server of every pool on every endpoint, or nothing is done."""
    for seen in snapshots:
        for pool in wanted.pools:
            if pool not in seen.pools:
                raise NotFound(
                    f"HAProxy {seen.endpoint} has no pool {pool}. It has: {some_of(seen.pools)}.",
                    endpoint=seen.endpoint,
                )
        for key in wanted.keys(seen.endpoint):
            if key.server not in seen.pools[key.pool]:
                raise NotFound(
                    f"HAProxy {seen.endpoint} has no server {key.server} in pool {key.pool}. It has: "
                    f"{', '.join(sorted(seen.pools[key.pool]))}. If servers are not called as in the inventory, give "
                    "members the names of HAProxy.",
                    endpoint=seen.endpoint,
                )


def decide(snapshots: Iterable[Snapshot], wanted: Wanted) -> list[Move]:
    """The moves from what is seen to what is wanted; none where a server's admin state is already right."""
    moves = []
    for seen in snapshots:
        for key in wanted.keys(seen.endpoint):
            way = _way(key, seen.server(key), wanted)
            if way:
                moves.append(Move(key, way))
    return moves


def _way(key: ServerKey, server: Server, wanted: Wanted) -> Optional[Way]:
    if not wanted.pools[key.pool]:
        return None if server.forced_out else Way.LEAVE
    if server.ready:
        return None
    if server.admin & INHERITED:
        raise Refused(
            f"{key} is kept out by something else than an operator: {cause_of(server)}. Put that right first; "
            "setting the server ready would not help.",
            endpoint=key.endpoint,
            reply=server.status,
        )
    if key.pool == wanted.maintenance_pool:
        return Way.ENTER
    return Way.RETURN if checks_are_current(server) else Way.REJOIN


def check_owner(key: ServerKey, server: Server, way_out: str) -> None:
    """A server whose agent check runs belongs to its agent."""
    if server.settings.agent == "enabled":
        raise Refused(
            f"{key} is refused: its agent check is enabled, and the agent sets state and weight at every check: the last "
            f"writer wins. One of you has to own the server: let the agent do it (self_drain), or {way_out}. HAProxy says "
            f"{server.status}.",
            endpoint=key.endpoint,
            reply=server.status,
        )


def checks_are_current(server: Server) -> bool:
    """Nothing has to be awaited: no check of its own, or checks that ran all the time while it drained and pass."""
    drained_only = not server.admin & ~(Admin.FORCED_DRAIN | Admin.CONFIGURED_MAINTENANCE | Admin.ADDRESS_CHANGED)
    return not server.check.configured or (drained_only and server.up and server.check.passed)


def cause_of(server: Server) -> str:
    if server.admin & Admin.UNRESOLVED_MAINTENANCE:
        return f"its address is not resolved ({server.status})"
    return f"it follows {server.tracked or 'another server'} ({server.status})"


def placement_of(online: Optional[Server], maintenance: Optional[Server]) -> str:
    """Where one endpoint holds a member: one of PLACEMENTS, or mixed. A server that drains, or takes itself out, is neither in nor out."""
    standing = (_in_or_out(online), _in_or_out(maintenance))
    named: Mapping[tuple[Optional[bool], Optional[bool]], str] = {
        (True, False): "online",
        (False, True): "maintenance",
        (False, False): "offline",
    }
    return named.get(standing, "mixed")


def _in_or_out(server: Optional[Server]) -> Optional[bool]:
    if server is None:
        return False
    if server.draining or server.stopping:
        return None
    return server.ready
