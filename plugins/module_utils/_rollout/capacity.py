# SPDX-License-Identifier: GPL-3.0-or-later
"""Will enough members go on serving while a batch is out of rotation? Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Sequence

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.estate import Member, OnlinePool
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.limits import Limits
from ansible_collections.hybrid.rollout.plugins.module_utils._share import count_of


def floor_of(pool: OnlinePool, min_active: str) -> int:
    return count_of(min_active, pool.size, what="rollout_min_active", round_up=True)


def most_out(pool: OnlinePool, window: int, limits: Limits) -> int:
    """How many of the pool's members may be out at once, however many a batch has."""
    return min(window, limits.pools.get(pool.name, window))


def lowest(pool: OnlinePool, batches: Sequence[Sequence[Member]], most: int) -> list[int]:
    """How many members of the pool serve at the worst moment of each batch, with at most ``most`` of it out, when every batch before it
    came back whole.

    Members that do not serve take nothing away by leaving, and add one by coming back.
    """
    serving, counts = pool.serving, []
    for batch in batches:
        leaving = sum(member.serves(pool) for member in batch)
        counts.append(serving - min(leaving, most))
        serving += sum(member.belongs_to(pool) for member in batch) - leaving
    return counts


def check_floor(
    pools: Sequence[OnlinePool], batches: Sequence[Sequence[Member]], min_active: str, window: int, limits: Limits
) -> None:
    """Refuse a plan in which a batch would take an online pool below its floor."""
    for pool in pools:
        floor, most = floor_of(pool, min_active), most_out(pool, window, limits)
        for number, (batch, left) in enumerate(zip(batches, lowest(pool, batches, most)), 1):
            leaving = min(sum(member.serves(pool) for member in batch), most)
            if left < floor and leaving:
                raise BadInput(
                    f"The floor cannot be met: on {pool.endpoint} pool {pool.name} has {left + leaving} of {pool.size} members serving, "
                    f"{_leaving(number, batch, window)} would leave {left}, and rollout_min_active {min_active} means {floor}. "
                    f"To go on, {_advice(left + leaving - floor, len(batch) > window)}, or lower rollout_min_active."
                )


def _leaving(number: int, batch: Sequence[Member], window: int) -> str:
    if len(batch) > window:
        return f"a window of {window} over the {len(batch)} members of batch {number}"
    return f"batch {number} ({', '.join(member.name for member in batch)})"


def _advice(most: int, slides: bool) -> str:
    what = "window" if slides else "batch"
    if most > 0:
        return f"use a {what} of at most {most}"
    return f"no {what} is small enough: bring more members online first"
