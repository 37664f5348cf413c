# SPDX-License-Identifier: GPL-3.0-or-later
"""Restarts that are coming or under way: after its delay a host is down for a while, and its services end and come back."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock, Timer
from typing import Any

from ..modelled_host import ModelledHost

Step = Callable[[Any], None]


class Restarts:
    def __init__(self, go_down: Step, come_up: Step, seconds_down: float = 2.0) -> None:
        self._go_down, self._come_up, self._seconds_down = go_down, come_up, seconds_down
        self._coming: dict[str, Timer] = {}
        self._lock = Lock()

    def begin(self, host: ModelledHost, delay_seconds: float) -> bool:
        """False if one was coming already."""
        with self._lock:
            if host.name in self._coming:
                return False
            self._coming[host.name] = _timer(delay_seconds, lambda: self._down(host))
            return True

    def abort(self, host: ModelledHost) -> bool:
        """False if none was coming."""
        with self._lock:
            coming = self._coming.pop(host.name, None)
        if coming:
            coming.cancel()
        return coming is not None

    def _down(self, host: ModelledHost) -> None:
        with self._lock:
            if self._coming.pop(host.name, None) is None:
                return
        host.faults.add("down")
        self._go_down(host)
        _timer(self._seconds_down, lambda: self._up(host))

    def _up(self, host: ModelledHost) -> None:
        self._come_up(host)
        host.faults.discard("down")


def _timer(seconds: float, step: Callable[[], None]) -> Timer:
    timer = Timer(seconds, step)
    timer.daemon = True
    timer.start()
    return timer
