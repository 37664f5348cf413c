# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a rollout may go on at a moment, until when, and when the next time is. Pure. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._calendar.freeze import Freeze
from ansible_collections.hybrid.rollout.plugins.module_utils._calendar.window import (
    DAY,
    Span,
    Window,
    joined,
    without,
)

LOOKS_AHEAD = 400 * DAY


@dataclass(frozen=True)
class Opening:
    """``until`` is None while nothing is open or nothing shuts, ``next`` where nothing opens, both in the time that was looked at."""

    closed: tuple[str, ...]
    frozen: tuple[Freeze, ...]
    until: Optional[datetime]
    next: Optional[datetime]

    @property
    def freezes(self) -> tuple[str, ...]:
        return tuple(f"frozen until {told(one.span.end)}: {one.reason} ({one.source})" for one in self.frozen)


def judge(
    now: datetime,
    windows: Sequence[Window],
    freezes: Sequence[Freeze],
    to_spare: timedelta,
    ahead: timedelta = LOOKS_AHEAD,
) -> Opening:
    """Neither closed nor frozen: ``now`` is in a window and in no freeze, and will be for ``to_spare`` more."""
    first, last = (now - 2 * DAY).date(), (now + ahead).date()
    hours = joined(span for window in windows for span in window.spans(first, last))
    if not windows:
        hours = [Span(now - 2 * DAY, now + ahead)]
    open_spans = without(hours, [freeze.span for freeze in freezes])
    frozen = tuple(freeze for freeze in freezes if freeze.span.has(now))
    mine = next((span for span in open_spans if span.has(now)), None)
    later = (Span(max(now, span.start), span.end) for span in open_spans if span.end > now)
    following = next((span.start for span in later if span.end - span.start >= to_spare), None)
    reasons = []
    if not any(span.has(now) for span in hours):
        reasons.append("no change window is open")
    if mine and mine.end - now < to_spare:
        left, wanted = (mine.end - now).total_seconds() / 60, to_spare.total_seconds() / 60
        reasons.append(f"only {left:.0f} min are left until {told(mine.end)}, {wanted:g} are asked for")
    until = mine.end if mine and mine.end < now + ahead else None
    return Opening(tuple(reasons), frozen, until, following)


def told(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC")
