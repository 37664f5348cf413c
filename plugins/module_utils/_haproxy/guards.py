# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task may not do to an estate: wait for what never comes, or take too many servers out. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import Refused
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.estate import Estate
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.floor import check_floor
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import ServerKey, Snapshot
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.removal import check_removable
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.wish import LEAVING, Patience, Wish


def check_wait(estate: Estate, keys: Sequence[ServerKey], wish: Wish, patience: Patience) -> None:
    """A server that is ready is never drained, one that is not in maintenance is never removable."""
    if patience.wait_for == "removable":
        check_removable(estate, keys)
    if patience.wait_for not in ("drained", "removable") or wish.state in LEAVING:
        return
    for key in keys:
        server = estate.server(key)
        if server.ready or (patience.wait_for == "removable" and not server.forced_out):
            raise Refused(
                f"{key} is {server.standing()}: waiting for it to be {patience.wait_for} would never end. Give state "
                "maint in the same task.",
                endpoint=key.endpoint,
                reply=server.status,
            )


def check_floors(seen: Snapshot, leaving: Iterable[ServerKey], min_active: str, spared: Optional[str] = None) -> None:
    """Every pool that loses servers keeps enough, ``spared`` aside; servers that follow one leave their pools together with it."""
    gone: dict[str, set[str]] = {}
    reached = [(key.pool, key.server) for key in leaving if key.endpoint == seen.endpoint]
    while reached:
        for pool, name in reached:
            gone.setdefault(pool, set()).add(name)
        followed = {f"{pool}/{name}" for pool, name in reached}
        reached = [
            (pool, server.name)
            for pool, servers in seen.pools.items()
            for server in servers.values()
            if server.tracked in followed and server.name not in gone.get(pool, ())
        ]
    for pool, names in gone.items():
        if pool != spared:
            check_floor([seen], pool, names, min_active)
