# SPDX-License-Identifier: GPL-3.0-or-later
"""Members of a story, and the plan that is made for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional, Union

from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.estate import LeftOut, Member, OnlinePool
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.plan import Wish, make_plan

ENDPOINTS = ("lb1", "lb2")


def member(
    name: str,
    version: Optional[str] = "1.0",
    placement: str = "online",
    serving: bool = True,
    *,
    zone: Optional[str] = None,
    pools: Sequence[str] = (),
    seconds: Optional[int] = None,
    silent: Optional[str] = None,
) -> Member:
    where = dict.fromkeys(ENDPOINTS, serving)
    return Member(name, name, zone, version, placement, where, dict.fromkeys(pools, where), seconds, silent)


def plan(
    *members: Member,
    canary: int = 1,
    batch: Union[str, Sequence[str]] = "1",
    min_active: str = "50%",
    strangers: Optional[Mapping[str, int]] = None,
    skipped: Sequence[LeftOut] = (),
    limited_away: Sequence[LeftOut] = (),
    **others: Any,
) -> dict[str, Any]:
    """``strangers`` says how many servers of other services each further pool has; they all serve."""
    wish = Wish("quotes", "1.1", canary, batch, min_active, sha256="d" * 64, **others)
    further = sorted({pool for found in members for pool in found.further})
    pools = [
        _pool(endpoint, name, members, (strangers or {}).get(name, 0), name != "quotes")
        for name in ("quotes", *further)
        for endpoint in ENDPOINTS
    ]
    return make_plan(wish, members, pools, skipped, limited_away)


def _pool(endpoint: str, name: str, members: Sequence[Member], strangers: int, further: bool) -> OnlinePool:
    whole = OnlinePool(endpoint, name, 0, 0, further)
    size = sum(found.belongs_to(whole) for found in members)
    return OnlinePool(
        endpoint, name, size + strangers, sum(found.serves(whole) for found in members) + strangers, further
    )


def names(made: Mapping[str, Any]) -> list[str]:
    return [" ".join(found["name"] for found in batch["members"]) for batch in made["batches"]]


def lowest(made: Mapping[str, Any], pool: str = "quotes") -> list[int]:
    """How many of the pool serve on lb1 at the worst of each batch."""
    if pool == "quotes":
        return [batch["lowest_serving"]["lb1"] for batch in made["batches"]]
    return [
        next(at["lowest"] for at in batch["lowest_serving_further"] if (at["endpoint"], at["name"]) == ("lb1", pool))
        for batch in made["batches"]
    ]


FOUR = tuple(member(f"app{number}") for number in range(1, 5))
