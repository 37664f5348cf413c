# SPDX-License-Identifier: GPL-3.0-or-later
"""What may still join the batch that is being filled. Private to hybrid.rollout.

A batch spends its allowance of each zone and pool. A further pool also keeps its floor, which differs from batch to batch: members that
came back serve again. The floor of the service's own pool is checked on the whole plan, because its size is what the user chose.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.capacity import floor_of
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.estate import Member, OnlinePool
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.limits import Limits


class Kind(NamedTuple):
    """Members of one kind are alike to every limit: if one of them may not join a batch, none of them may."""

    zone: Optional[str]
    pools: tuple[str, ...]
    leaves: tuple[int, ...]


@dataclass
class _Room:
    """A further pool on one endpoint: how many serve, and how many of them leave with the batch that is being filled."""

    pool: OnlinePool
    floor: int
    serving: int
    leaving: int = 0

    @property
    def spare(self) -> int:
        return self.serving - self.floor - self.leaving


class Allowance:
    def __init__(self, limits: Limits, pools: Sequence[OnlinePool], min_active: str) -> None:
        self._most = {("zone", name): most for name, most in limits.zones.items()}
        self._most.update({("pool", name): most for name, most in limits.pools.items()})
        self._own = tuple(sorted({pool.name for pool in pools if not pool.further and pool.name in limits.pools}))
        self._rooms = [_Room(pool, floor_of(pool, min_active), pool.serving) for pool in pools if pool.further]
        self._out: Counter[tuple[str, str]] = Counter()
        self._coming: Counter[int] = Counter()

    def kind(self, member: Member) -> Kind:
        zone = member.zone if ("zone", member.zone) in self._most else None
        leaves = tuple(number for number, room in enumerate(self._rooms) if member.serves(room.pool))
        return Kind(zone, (*self._own, *sorted(member.further)), leaves)

    def admits(self, kind: Kind) -> bool:
        return all(self._out[spent] < self._most[spent] for spent in self.spends(kind)) and all(
            self._rooms[number].spare > 0 for number in kind.leaves
        )

    def spends(self, kind: Kind) -> list[tuple[str, str]]:
        """What a member of this kind takes one of."""
        named = ([("zone", kind.zone)] if kind.zone else []) + [("pool", pool) for pool in kind.pools]
        return [spent for spent in named if spent in self._most]

    def batches_for(self, left: int, spent: tuple[str, str]) -> float:
        """How many batches ``left`` members need that share this limit."""
        return left / self._most[spent]

    def take(self, kind: Kind) -> None:
        self._out.update(self.spends(kind))
        for number in kind.leaves:
            self._rooms[number].leaving += 1
        if self._rooms:
            self._coming.update(
                number
                for number, room in enumerate(self._rooms)
                if room.pool.name in kind.pools and number not in kind.leaves
            )

    def begin_batch(self) -> None:
        """The batch before has come back whole."""
        self._out.clear()
        for number, room in enumerate(self._rooms):
            room.leaving = 0
            room.serving += self._coming[number]
        self._coming.clear()
