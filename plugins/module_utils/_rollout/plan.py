# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a run: ordered batches with their arithmetic, as data. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Optional, Union

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout import duration
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.allowance import Allowance
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.batches import in_order, is_done, read_sizes
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.capacity import (
    check_floor,
    floor_of,
    lowest,
    most_out,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.estate import LeftOut, Member, OnlinePool
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.limits import Limits, read_limits
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.modes import BATCHES, arranged, sizes_of
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.packing import pack


@dataclass(frozen=True)
class Wish:
    """What the user asks for. ``batch`` (the last repeats) and ``min_active`` are counts or percentages of the online pool,
    ``max_out_per_zone`` of each zone's members, ``max_out_per_pool`` of each online pool. ``sha256`` is the release's digest, ``mode`` one
    of MODES, ``artifacts`` the digest of what a member fetches where that is not the release's. ``unverified`` are the facts of the
    members' ways that are gone although they are not verified."""

    service: str
    version: str
    canary: int
    batch: Union[str, Sequence[str]]
    min_active: str
    max_out_per_zone: Optional[str] = None
    max_out_per_pool: Optional[str] = None
    failure_budget: int = 0
    sha256: str = ""
    mode: str = BATCHES
    artifacts: Mapping[str, str] = field(default_factory=dict)
    unverified: Sequence[Mapping[str, Any]] = ()


def make_plan(
    wish: Wish,
    members: Sequence[Member],
    pools: Sequence[OnlinePool],
    skipped: Sequence[LeftOut] = (),
    limited_away: Sequence[LeftOut] = (),
) -> dict[str, Any]:
    """Compute the plan: each of the ``members`` that is not done yet is in exactly one batch, and no batch goes below a floor or
    takes more of a zone or pool than allowed. Whoever is skipped or limited away is listed, and counts as part of its zone."""
    own = [pool for pool in pools if not pool.further]
    if not own:
        raise BadInput(f"{wish.service} has no endpoint: list the HAProxys' runtime addresses in rollout_endpoints.")
    todo = in_order([member for member in members if not is_done(member, wish.version)])
    batch = [wish.batch] if isinstance(wish.batch, str) else list(wish.batch)
    sizes = sizes_of(wish.mode, read_sizes(wish.canary, batch, min(pool.size for pool in own)))
    limits = read_limits(wish.max_out_per_zone, wish.max_out_per_pool, [*members, *skipped, *limited_away], pools)
    packed = pack(todo, sizes, Allowance(limits, pools, wish.min_active))
    batches, window = arranged(wish.mode, packed, sizes)
    check_floor(pools, batches, wish.min_active, window, limits)
    described = _described(wish, batches, pools, window, limits)
    return {
        "service": wish.service,
        "version": wish.version,
        "sha256": wish.sha256,
        "failure_budget": wish.failure_budget,
        "min_active": wish.min_active,
        "mode": wish.mode,
        "batches": described,
        "window": window,
        "limits": asdict(limits),
        "expected": {
            "seconds": duration.in_all([batch["expected_seconds"] for batch in described]),
            "sliding_seconds": duration.sliding(batches, window, bool(wish.canary)),
        },
        "done_already": sorted(member.name for member in members if is_done(member, wish.version)),
        "skipped_offline": [{"name": member.name, "reason": member.reason} for member in skipped],
        "left_out_by_limit": [member.name for member in limited_away],
        "unverified_connections": [dict(way) for way in wish.unverified],
        "floor": {pool.endpoint: floor_of(pool, wish.min_active) for pool in own},
        "pool": {pool.endpoint: {"name": pool.name, "size": pool.size, "serving": pool.serving} for pool in own},
        "further_pools": [{**asdict(pool), "floor": floor_of(pool, wish.min_active)} for pool in pools if pool.further],
    }


def _described(
    wish: Wish, batches: Sequence[Sequence[Member]], pools: Sequence[OnlinePool], window: int, limits: Limits
) -> list[dict[str, Any]]:
    own = next(pool.name for pool in pools if not pool.further)
    counts = [(pool, lowest(pool, batches, most_out(pool, window, limits))) for pool in pools]
    return [
        {
            "number": number,
            "canary": bool(wish.canary) and number == 1,
            "members": [_member(member, own, wish) for member in batch],
            "lowest_serving": {pool.endpoint: low[number - 1] for pool, low in counts if not pool.further},
            "lowest_serving_further": [
                {"endpoint": pool.endpoint, "name": pool.name, "lowest": low[number - 1]}
                for pool, low in counts
                if pool.further
            ],
            "expected_seconds": duration.of_window(batch, window),
        }
        for number, batch in enumerate(batches, 1)
    ]


def _member(member: Member, own: str, wish: Wish) -> dict[str, Any]:
    return {
        "name": member.name,
        "server": member.server,
        "zone": member.zone,
        "pools": [own, *sorted(member.further)],
        "version": member.version,
        "sha256": wish.artifacts.get(member.name, wish.sha256),
        "placement": member.placement,
        "serving": member.serves_everywhere,
        "expected_seconds": member.seconds,
    }
