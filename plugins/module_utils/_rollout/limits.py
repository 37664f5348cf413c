# SPDX-License-Identifier: GPL-3.0-or-later
"""How many members of one zone, and of one pool, may be out at once. Private to hybrid.rollout."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Optional, Union

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.estate import LeftOut, Member, OnlinePool
from ansible_collections.hybrid.rollout.plugins.module_utils._share import count_of


@dataclass(frozen=True)
class Limits:
    """The most members that may be out at once, by zone and by pool; what is not named is not limited."""

    zones: Mapping[str, int] = field(default_factory=dict)
    pools: Mapping[str, int] = field(default_factory=dict)


def read_limits(
    per_zone: Optional[str],
    per_pool: Optional[str],
    members: Sequence[Union[Member, LeftOut]],
    pools: Sequence[OnlinePool],
) -> Limits:
    """Shares of a zone's members and of a pool's servers, rounded down, but never to nothing. A pool that differs between endpoints counts
    as large as where it is smallest."""
    return Limits(_zones(per_zone, members) if per_zone else {}, _pools(per_pool, pools) if per_pool else {})


def _zones(share: str, members: Sequence[Union[Member, LeftOut]]) -> dict[str, int]:
    nowhere = [member.name for member in members if not member.zone]
    if nowhere:
        raise BadInput(
            f"rollout_max_out_per_zone is {share}, but {', '.join(nowhere)} {'has' if len(nowhere) == 1 else 'have'} no rollout_zone: "
            "set it for each host, or leave rollout_max_out_per_zone out."
        )
    sizes = Counter(member.zone for member in members if member.zone)
    return {zone: _most(share, size, "rollout_max_out_per_zone") for zone, size in sorted(sizes.items())}


def _pools(share: str, pools: Sequence[OnlinePool]) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for pool in pools:
        sizes[pool.name] = min(pool.size, sizes.get(pool.name, pool.size))
    return {name: _most(share, size, "rollout_max_out_per_pool") for name, size in sorted(sizes.items())}


def _most(share: str, size: int, what: str) -> int:
    if str(share).strip() in ("0", "0%"):
        raise BadInput(f"{what} is {share}: nobody could ever be replaced. Use at least 1, or leave it out.")
    return max(1, count_of(share, size, what=what, round_up=False))
