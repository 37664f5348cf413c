# SPDX-License-Identifier: GPL-3.0-or-later
"""Will enough members go on serving while a batch is out of rotation? Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Sequence

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.estate import Member, OnlinePool
from ansible_collections.hybrid.rollout.plugins.module_utils._share import count_of


def floor_of(pool: OnlinePool, min_active: str) -> int:
    return count_of(min_active, pool.size, what="rollout_min_active", round_up=True)


def lowest(pool: OnlinePool, batches: Sequence[Sequence[Member]], window: int) -> list[int]:
    """How many members of the pool serve while each batch is out, at most ``window`` of it at once, when every batch before it came back whole.

    Members that do not serve take nothing away by leaving, and add one by coming back.
    """
    serving, counts = pool.serving, []
    for batch in batches:
        leaving = sum(member.serves(pool) for member in batch)
        counts.append(serving - min(leaving, window))
        serving += sum(member.belongs_to(pool) for member in batch) - leaving
    return counts


def check_floor(pools: Sequence[OnlinePool], batches: Sequence[Sequence[Member]], window: int, min_active: str) -> None:
    """Refuse a plan in which a batch would take an online pool below its floor."""
    for pool in pools:
        floor = floor_of(pool, min_active)
        for number, (batch, left) in enumerate(zip(batches, lowest(pool, batches, window)), 1):
            leaving = min(window, sum(member.serves(pool) for member in batch))
            if left >= floor or not leaving:
                continue
            most = left + leaving - floor
            advice = (
                f"use a batch of at most {most}"
                if most > 0
                else "no batch is small enough: bring more members online first"
            )
            raise BadInput(
                f"The floor cannot be met: on {pool.endpoint} pool {pool.name} has {left + leaving} of {pool.size} members serving, "
                f"{_who(number, batch, window)} would leave {left}, and rollout_min_active {min_active} means {floor}. "
                f"To go on, {advice}, or lower rollout_min_active."
            )


def _who(number: int, batch: Sequence[Member], window: int) -> str:
    if len(batch) > window:
        return f"a window of {window} in batch {number}"
    return f"batch {number} ({', '.join(member.name for member in batch)})"
