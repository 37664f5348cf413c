# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a rollout is expected to take, from what its members took before. Private to hybrid.rollout."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.estate import Member

ALIKE_BELOW_SECONDS = 30
ALIKE_FACTOR = 1.5


def rank(seconds: Optional[int]) -> int:
    """Members of one rank take about equally long: what differs by noise alone must not change the order, which is approved."""
    if seconds is None or seconds < ALIKE_BELOW_SECONDS:
        return 0
    return 1 + int(math.log(seconds / ALIKE_BELOW_SECONDS, ALIKE_FACTOR))


def of_batch(batch: Sequence[Member]) -> Optional[int]:
    """A batch is over when its slowest member is."""
    known = [member.seconds for member in batch if member.seconds is not None]
    return max(known) if known and len(known) == len(batch) else None


def in_all(batches: Sequence[Sequence[Member]]) -> Optional[int]:
    """One batch after the other."""
    return _sum([of_batch(batch) for batch in batches])


def sliding(batches: Sequence[Sequence[Member]], window: int, canary: bool) -> Optional[int]:
    """The least that a sliding window of this width can need after the canary: all the work by its width, or the slowest member."""
    first = batches[:1] if canary else []
    each = [member.seconds for batch in batches[len(first) :] for member in batch]
    work = _sum(each)
    if work is None:
        return None
    slowest = max((seconds for seconds in each if seconds is not None), default=0)
    return _sum([in_all(first), max(math.ceil(work / max(1, window)), slowest)])


def _sum(each: Sequence[Optional[int]]) -> Optional[int]:
    known = [seconds for seconds in each if seconds is not None]
    return sum(known) if len(known) == len(each) else None


def in_words(seconds: Optional[int]) -> str:
    if seconds is None:
        return "unknown"
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h {seconds % 3600 // 60} min"
