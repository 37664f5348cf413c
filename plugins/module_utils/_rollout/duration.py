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


def of_batch(batch: Sequence[Member], window: int) -> Optional[int]:
    """The least that a batch can take, ``window`` members at once: all the work by the width, or its slowest member."""
    known = [member.seconds for member in batch if member.seconds is not None]
    if not known or len(known) < len(batch):
        return None
    return max(math.ceil(sum(known) / window), *known)


def in_all(batches: Sequence[Sequence[Member]], window: int) -> Optional[int]:
    """One batch after the other."""
    return _sum([of_batch(batch, window) for batch in batches])


def _sum(each: Sequence[Optional[int]]) -> Optional[int]:
    known = [seconds for seconds in each if seconds is not None]
    return sum(known) if len(known) == len(each) else None


def in_words(seconds: Optional[int]) -> str:
    if seconds is None:
        return "unknown"
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h {seconds % 3600 // 60} min"
