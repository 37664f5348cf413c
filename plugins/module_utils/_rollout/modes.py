# SPDX-License-Identifier: GPL-3.0-or-later
"""Lockstep batches, or a window that slides over the members. Private to hybrid.rollout.

In batches the next one begins when the batch before is back whole. In a sliding window each member that is back makes room for the next, and the
claims in the ledger keep the window and the limits. There, too, a batch waits for the one before, but they are few: the canary, those that do not
serve, and everybody else. Those that do not serve come back first, because a window over both could go below a floor that it keeps over either.
"""

from __future__ import annotations

from itertools import chain

from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.batches import Sizes, is_urgent
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.estate import Member

BATCHES = "batches"
SLIDING = "sliding"
MODES = (BATCHES, SLIDING)


def sizes_of(mode: str, sizes: Sizes) -> Sizes:
    """A window has one width, the last of the sizes."""
    return sizes if mode == BATCHES else Sizes(sizes.canary, sizes.growing[-1:])


def arranged(mode: str, packed: list[list[Member]], sizes: Sizes) -> tuple[list[list[Member]], int]:
    """The batches of this mode, and its window: how many members may be out at once."""
    if mode == BATCHES:
        return packed, max((len(batch) for batch in packed), default=0)
    first = packed[:1] if sizes.canary else []
    others = list(chain.from_iterable(packed[len(first) :]))
    urgent = [member for member in others if is_urgent(member)]
    usual = [member for member in others if not is_urgent(member)]
    return [*first, *(part for part in (urgent, usual) if part)], sizes.growing[-1]
