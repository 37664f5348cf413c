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


def of_window(members: Sequence[Member], width: int) -> Optional[int]:
    """The least that a window of this width needs to slide over the members: all the work by its width, or the slowest of them."""
    work = in_all([member.seconds for member in members])
    slowest = of_batch(members)
    return work if work is None or slowest is None else max(math.ceil(work / max(1, width)), slowest)


def sliding(batches: Sequence[Sequence[Member]], window: int, canary: bool) -> Optional[int]:
    """The canary, and then a window that slides over everybody else."""
    first = batches[:1] if canary else []
    others = [member for batch in batches[len(first) :] for member in batch]
    return in_all([of_window(part, window) for part in (*first, others) if part])


def in_all(each: Sequence[Optional[int]]) -> Optional[int]:
    """One after the other."""
    known = [seconds for seconds in each if seconds is not None]
    return sum(known) if len(known) == len(each) else None


def in_words(seconds: Optional[int]) -> str:
    if seconds is None:
        return "unknown"
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h {seconds % 3600 // 60} min"
