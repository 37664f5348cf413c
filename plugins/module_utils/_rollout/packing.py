# SPDX-License-Identifier: GPL-3.0-or-later
"""From members in order to batches that are as large as allowed. Private to hybrid.rollout.

Each batch is filled until it has its size or until nobody left may join it. Among equally urgent members, those go first whose zone or
pool needs most batches from here on, so that no zone is left over to be replaced alone at the end; then those that take longest, so that a
batch is made of members that take equally long; then the inventory's order decides.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from heapq import heapify, heappop, heappush

from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.allowance import Allowance, Kind
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.batches import Sizes, urgency
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.duration import rank
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.estate import Member

Key = tuple[int, float, int, int]


def pack(todo: Sequence[Member], sizes: Sizes, allowance: Allowance) -> list[list[Member]]:
    """Batches of the members ``todo``, which are in order; the canaries are the first of them that may be out together."""
    canaries, rest = _canaries(todo, sizes.canary, allowance)
    batches = [canaries] if canaries else []
    queue = _Queue(rest, allowance, by_time=sizes.largest > 1)
    following = sizes.after_the_canary()
    while queue:
        allowance.begin_batch()
        batches.append(queue.next_batch(next(following)))
    return batches


def _canaries(todo: Sequence[Member], count: int, allowance: Allowance) -> tuple[list[Member], list[Member]]:
    chosen: list[Member] = []
    rest: list[Member] = []
    for member in todo:
        kind = allowance.kind(member)
        if len(chosen) < count and allowance.admits(kind):
            allowance.take(kind)
            chosen.append(member)
        else:
            rest.append(member)
    return chosen, rest


class _Queue:
    """The members that have no batch yet, those of one kind in a line of their own, the lines in a heap by their first member."""

    def __init__(self, members: Iterable[Member], allowance: Allowance, by_time: bool) -> None:
        self._allowance = allowance
        self._left: Counter[tuple[str, str]] = Counter()
        self._lines: dict[Kind, deque[tuple[int, int, int, Member]]] = {}
        waiting = sorted(
            (urgency(member), -rank(member.seconds) if by_time else 0, place, member)
            for place, member in enumerate(members)
        )
        for one in waiting:
            kind = allowance.kind(one[3])
            self._left.update(allowance.spends(kind))
            self._lines.setdefault(kind, deque()).append(one)
        self._heap = [(self._key(kind), kind) for kind in self._lines]
        heapify(self._heap)

    def __bool__(self) -> bool:
        return bool(self._heap)

    def next_batch(self, size: int) -> list[Member]:
        batch: list[Member] = []
        waiting: list[tuple[Key, Kind]] = []
        while self._heap and len(batch) < size:
            key, kind = heappop(self._heap)
            now = self._key(kind)
            if now != key:  # somebody of the same zone or pool was taken meanwhile
                heappush(self._heap, (now, kind))
            elif self._allowance.admits(kind):
                batch.append(self._take(kind))
            else:
                waiting.append((key, kind))
        if not batch:  # a further pool's floor lets nobody go: the plan will be refused, with the numbers
            batch.append(self._take(waiting.pop(0)[1]))
        for entry in waiting:
            heappush(self._heap, entry)
        return batch

    def _take(self, kind: Kind) -> Member:
        self._allowance.take(kind)
        self._left.subtract(self._allowance.spends(kind))
        line = self._lines[kind]
        member = line.popleft()[3]
        if line:
            heappush(self._heap, (self._key(kind), kind))
        return member

    def _key(self, kind: Kind) -> Key:
        urgent, shorter, place, _member = self._lines[kind][0]
        needs = [self._allowance.batches_for(self._left[spent], spent) for spent in self._allowance.spends(kind)]
        return (urgent, -max(needs, default=0.0), shorter, place)
