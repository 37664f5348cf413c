# SPDX-License-Identifier: GPL-3.0-or-later
"""Time as an argument: the core polls until a deadline on a clock that it is given. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Clock:
    """``now`` gives monotonic seconds, ``sleep`` waits seconds. Real ones come from the modules and actions only."""

    now: Callable[[], float]
    sleep: Callable[[float], None]


class Deadline:
    """A point in time ``seconds`` from now on ``clock``."""

    def __init__(self, seconds: float, clock: Clock) -> None:
        self._clock = clock
        self._start = clock.now()
        self._seconds = seconds

    @property
    def elapsed(self) -> float:
        return self._clock.now() - self._start

    @property
    def remaining(self) -> float:
        return max(0.0, self._seconds - self.elapsed)

    @property
    def expired(self) -> bool:
        return self.elapsed >= self._seconds

    def polls(self, interval: float) -> Iterator[float]:
        """Yield the elapsed seconds at once and then every ``interval``: at least one poll, and one at the deadline."""
        while True:
            last = self.expired
            yield self.elapsed
            if last:
                return
            self._clock.sleep(min(interval, self.remaining))
