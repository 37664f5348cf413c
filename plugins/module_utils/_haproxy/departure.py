# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers on their way out: idle, then maintenance, and what becomes of those that are busy at the deadline. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock, Deadline
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.commands import Action, Order
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.drain import check_still_draining, wait_until_idle
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.estate import Estate
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import ServerKey
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.sessions import Left, what_is_left

GRACE_SECONDS = 5.0


@dataclass
class Overdue:
    """``busy`` servers did not get idle. ``left`` is what they had at the last look, ``parked`` was set to maintenance all the same,
    and ``cut`` is whether the sessions were shut down."""

    busy: Sequence[ServerKey] = ()
    left: list[Left] = field(default_factory=list)
    parked: Sequence[ServerKey] = ()
    cut: bool = False

    def words(self, estate: Estate) -> list[str]:
        """One sentence for each server that is busy."""
        of = {left.key: left for left in self.left}
        return [
            f"{key} still has {server.sessions} sessions and {server.queued} queued requests: {of[key].words()}"
            for key, server in ((key, estate.server(key)) for key in self.busy)
        ]


class Departure:
    """``keys`` take no new customers and have to get idle; ``leaving`` of them go to maintenance then.

    A customer with a cookie comes to a draining server for ever. In maintenance nobody comes any more: what is left there are
    tunnels, and the last requests, which get a few seconds.
    """

    def __init__(
        self, estate: Estate, keys: Sequence[ServerKey], leaving: Sequence[ServerKey], interval: float, clock: Clock
    ) -> None:
        self.estate, self.keys, self.leaving, self._interval, self._clock = estate, keys, leaving, interval, clock
        self._epochs = estate.epochs()

    def finish(self, deadline: Deadline, on_timeout: str) -> Overdue:
        """Wait, and at the deadline do what ``on_timeout`` says. Who is busy then has to be failed by the caller, or named."""
        settled = self._left_to_their_tunnels() if on_timeout == "maint" else []
        busy = self._wait(set(self.keys) - {each.key for each in settled}, deadline)
        if not busy:
            self._park(self.leaving)
            came_meanwhile = [key for key in self.leaving if not self.estate.server(key).idle]
            busy = self._wait(came_meanwhile, deadline)
        if not busy:
            return Overdue([each.key for each in settled], settled)
        if on_timeout == "maint":
            return self._rest(busy, [*self.leaving, *busy])
        if on_timeout == "shutdown_sessions":
            return self._cut(self._rest(busy, self.leaving))
        return Overdue(busy, what_is_left(self.estate, busy))

    def _left_to_their_tunnels(self) -> list[Left]:
        """Servers that are in maintenance and have nothing but tunnels: what the deadline would bring, an earlier step has done."""
        parked = [
            key for key in self.keys for server in [self.estate.server(key)] if server.forced_out and not server.idle
        ]
        return [left for left in what_is_left(self.estate, parked) if left.tunnels and left.requests == 0]

    def _rest(self, busy: Sequence[ServerKey], parked: Sequence[ServerKey]) -> Overdue:
        """What does not end in maintenance either. Whoever comes meanwhile to a server that is idle now is waited for, too."""
        self._park(parked)
        left = what_is_left(self.estate, {*busy, *parked})
        if parked and any(each.requests != 0 for each in left):
            busy = self._wait({*busy, *parked}, Deadline(GRACE_SECONDS, self._clock))
            left = what_is_left(self.estate, busy)
        left = [each for each in left if each.tunnels != 0 or each.requests != 0]
        return Overdue([each.key for each in left], left, parked)

    def _cut(self, overdue: Overdue) -> Overdue:
        self.estate.tell(Order(key, Action.SHUTDOWN_SESSIONS) for key in overdue.busy)
        busy = self._wait(overdue.busy, Deadline(GRACE_SECONDS, self._clock))
        return Overdue(busy, overdue.left, overdue.parked, cut=True)

    def _park(self, keys: Iterable[ServerKey]) -> None:
        self.estate.tell(Order(key, Action.MAINT) for key in keys if not self.estate.server(key).forced_out)
        self.estate.read()
        check_still_draining(self.estate, self.keys, self._epochs)

    def _wait(self, keys: Iterable[ServerKey], deadline: Deadline) -> list[ServerKey]:
        waiting = sorted(keys)
        return wait_until_idle(self.estate, waiting, self._epochs, deadline, self._interval) if waiting else []
