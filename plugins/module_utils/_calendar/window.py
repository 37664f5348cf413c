# SPDX-License-Identifier: GPL-3.0-or-later
"""Change windows: hours of weekdays by a local clock, as spans of real time. Pure. Private to hybrid.rollout.

A window opens the first time that the local clock shows its beginning, or a later time where the clock jumps over it, and shuts the first
time after that that the clock shows its end. So an hour that is passed twice is in a window once, and a missing one is nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from typing import Optional

DAY = timedelta(days=1)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Span:
    """Real time from ``start`` until just before ``end``, both in UTC."""

    start: datetime
    end: datetime

    def has(self, moment: datetime) -> bool:
        return self.start <= moment < self.end


@dataclass(frozen=True)
class Window:
    """``days`` are the weekdays (Monday is 0) on which it opens; ``end`` is at or before ``start`` where it shuts on the next day."""

    days: frozenset[int]
    start: time
    end: Optional[time]  # None is 24:00
    zone: tzinfo

    def spans(self, first: date, last: date) -> Iterator[Span]:
        """The window on each of its days from ``first`` to ``last``."""
        for number in range((last - first).days + 1):
            day = first + number * DAY
            if day.weekday() in self.days:
                begun = first_showing(datetime.combine(day, self.start), self.zone)
                ended = first_showing(self._end_on(day), self.zone)
                if begun < ended:
                    yield Span(begun, ended)

    def _end_on(self, day: date) -> datetime:
        if self.end is None:
            return datetime.combine(day + DAY, time())
        return datetime.combine(day if self.end > self.start else day + DAY, self.end)


def first_showing(wall: datetime, zone: tzinfo) -> datetime:
    """The first moment, in UTC, at which the clock of ``zone`` shows ``wall`` or a later time."""
    found = wall.replace(tzinfo=zone, fold=0).astimezone(timezone.utc)
    if shown(found, zone) == wall:
        return found
    # The clock jumps over ``wall``: the jump lies between what either side of it would call that time.
    low = min(found, wall.replace(tzinfo=zone, fold=1).astimezone(timezone.utc)) - timedelta(seconds=1)
    high = found
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        middle -= timedelta(microseconds=middle.microsecond)
        low, high = (low, middle) if shown(middle, zone) >= wall else (middle, high)
    return high


def shown(moment: datetime, zone: tzinfo) -> datetime:
    """What the clock of ``zone`` shows at ``moment``."""
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same time in as few spans as it takes, in order."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda one: one.start):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return found


def without(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """What is left of ``spans`` outside ``taken``."""
    left = list(spans)
    for gone in taken:
        left = [
            part
            for span in left
            for part in (Span(span.start, min(span.end, gone.start)), Span(max(span.start, gone.end), span.end))
            if part.start < part.end
        ]
    return left
