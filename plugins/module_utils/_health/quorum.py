# SPDX-License-Identifier: GPL-3.0-or-later
"""How many targets have to pass, and when enough is known to ask no more. Private to hybrid.rollout."""

from __future__ import annotations

import threading


class Quorum:
    """Counts the targets that are settled; safe to be told by many threads."""

    def __init__(self, targets: int, needed: int) -> None:
        self._may_fail = targets - needed
        self._needed = needed
        self._passed = 0
        self._doomed = 0
        self._stopped = False
        self._one_at_a_time = threading.Lock()

    @property
    def over(self) -> bool:
        """Enough have passed, or too many never will: the other targets need not be asked any more."""
        return self._stopped or self._passed >= self._needed or self._doomed > self._may_fail

    def settle(self, passed: bool) -> None:
        with self._one_at_a_time:
            if passed:
                self._passed += 1
            else:
                self._doomed += 1

    def stop(self) -> None:
        """End every wait, for a reason of its own."""
        self._stopped = True
