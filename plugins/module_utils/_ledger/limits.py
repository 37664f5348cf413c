# SPDX-License-Identifier: GPL-3.0-or-later
"""How many members may be at work at once: in a run, of a zone, of a pool. Private to hybrid.rollout.

Zones and pools are counted over all open runs of a ledger, because services may share members and racks; the strictest word of
all of them counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._database.model import Row
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger


@dataclass(frozen=True)
class Limits:
    """``window`` is of this run; ``zones`` and ``pools`` are counts by name, and what has no name there is not limited."""

    window: Optional[int] = None
    zones: Mapping[str, int] = field(default_factory=dict)
    pools: Mapping[str, int] = field(default_factory=dict)

    def check(self) -> None:
        named = [("the window", self.window)] if self.window is not None else []
        named += [(f"zone {name}", limit) for name, limit in self.zones.items()]
        named += [(f"pool {name}", limit) for name, limit in self.pools.items()]
        for name, limit in named:
            if limit is None or limit < 1:
                raise BadInput(f"At most {limit} members of {name} at once would let nobody start: one is the least.")


def at_work(ledger: Ledger) -> tuple[list[Row], list[Row]]:
    """The limits of all open runs, and the claims of them that were started and not finished."""
    runs = ledger.rows("SELECT id, limits FROM runs WHERE state = 'open'")
    work = ledger.rows(
        "SELECT claims.run, claims.member, claims.zone, claims.pools FROM claims JOIN runs ON runs.id = claims.run"
        " WHERE runs.state = 'open' AND claims.outcome IS NULL AND claims.state = 'claimed'"
    )
    for run in runs:
        run["limits"] = json.loads(run["limits"])
    for claim in work:
        claim["pools"] = json.loads(claim["pools"])
    return runs, work


def in_the_way(mine: Row, runs: Sequence[Row], work: Sequence[Row]) -> Optional[str]:
    """Why the planned claim ``mine`` must wait, or None. ``runs`` are all open runs and ``work`` the claims at work in them."""
    for what, limit, holders in _questions(mine, runs, work):
        if limit is not None and len(holders) >= limit:
            names = ", ".join(sorted(f"{claim['member']} (run {claim['run']})" for claim in holders))
            return f"{len(holders)} of at most {limit} members {what} are at work: {names}"
    return None


def _questions(mine: Row, runs: Sequence[Row], work: Sequence[Row]) -> Iterator[tuple[str, Optional[int], list[Row]]]:
    own = {run["id"]: run["limits"] for run in runs}[mine["run"]]
    yield "of this run", own.get("window"), [claim for claim in work if claim["run"] == mine["run"]]
    if mine["zone"] is not None:
        holders = [claim for claim in work if claim["zone"] == mine["zone"]]
        yield f"of zone {mine['zone']}", _strictest(runs, "zones", mine["zone"]), holders
    for pool in mine["pools"]:
        yield f"of pool {pool}", _strictest(runs, "pools", pool), [claim for claim in work if pool in claim["pools"]]


def _strictest(runs: Sequence[Row], kind: str, name: str) -> Optional[int]:
    said = (run["limits"].get(kind, {}) for run in runs)
    return min((limits[name] for limits in said if name in limits), default=None)
