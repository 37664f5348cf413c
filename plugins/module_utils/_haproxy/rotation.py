# SPDX-License-Identifier: GPL-3.0-or-later
"""Members to where they are wanted, on every endpoint or not at all. Private to hybrid.rollout."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock, Deadline
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError, TimedOut
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.commands import Action, Order
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.departure import Departure, Overdue
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.estate import Estate
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.guards import check_floors
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.holding import (
    Then,
    check_placement,
    check_quiet,
    first_epochs,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import ServerKey
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.placement import (
    Move,
    Wanted,
    Way,
    check_names,
    check_owner,
    decide,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.put_back import PutBack, put_back
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.readmission import pass_gate, wait_until_serving


@dataclass(frozen=True)
class Limits:
    """What the user allows: how long to wait, what then, and how many members have to go on serving."""

    min_active: str
    drain_timeout: float
    on_drain_timeout: str
    rejoin_timeout: float
    poll_interval: float


@dataclass
class Waited:
    drain_seconds: float = 0.0
    rejoin_seconds: float = 0.0
    sessions_at_start: int = 0
    forced: bool = False
    left: list[dict[str, Any]] = field(default_factory=list)


class Rotation:
    """One conversation with an estate about its members: look, carry out, and put back what cannot be finished."""

    def __init__(self, estate: Estate, wanted: Wanted, limits: Limits, clock: Clock) -> None:
        self.estate, self.wanted, self.limits, self.clock = estate, wanted, limits, clock
        self.moves: list[Move] = []
        self.waited = Waited()
        self.warnings: list[str] = []
        self.outcome = PutBack()
        self._left_draining = False

    def see(self) -> None:
        """Ask, and decide: the moves from what is to what is wanted."""
        self.estate.first.clear()
        self.estate.pools = []
        self.estate.gather()
        seen = list(self.estate.last.values())
        check_names(seen, self.wanted)
        self.estate.pools = list(self.wanted.pools)
        self.moves = decide(seen, self.wanted)

    def look(self) -> None:
        """See, and find out whether the moves are allowed."""
        self.see()
        for name in sorted({move.key.endpoint for move in self.moves}):
            self.estate.clients[name].require_admin(self.estate.last[name])
        for move in self.moves:
            check_owner(move.key, self.estate.server(move.key), "switch it off with haproxy_server, agent: disabled")
        for seen in self.estate.last.values():
            check_floors(seen, self._keys(Way.LEAVE), self.limits.min_active, spared=self.wanted.maintenance_pool)

    def verify(self, then: Then) -> None:
        """Fail unless every member is where it is wanted and at rest there; nothing is changed."""
        self.see()
        restarted = check_placement(self.estate, self.wanted, then.epochs)
        online = [key for key in self._wanted(inside=True) if key.pool == self.wanted.online_pool]
        tunnels_may_live = self.limits.on_drain_timeout == "maint"
        check_quiet(self.estate, [] if tunnels_may_live else self._wanted(inside=False), online)
        self.warnings += then.judge(restarted)

    def carry_out(self, exclusive: AbstractContextManager[Any]) -> None:
        """Act and look again; on any failure put back what was touched, and let the error say how far that got.

        ``exclusive`` is held around looking, the floor and the drain commands: two calls cannot take the same room.
        """
        try:
            with exclusive if self._keys(Way.LEAVE) else nullcontext():
                self.look()
                self.estate.tell(Order(key, Action.DRAIN) for key in self._keys(Way.LEAVE))
            self._finish_leaving()
            self.estate.tell(Order(key, Action.READY) for key in self._keys(Way.ENTER))
            self._come_back()
            self._verify()
        except RolloutError as error:
            self._clean_up()
            message = f"{error} {self.outcome.words()}"
            raise type(error)(message, endpoint=error.endpoint, command=error.command, reply=error.reply) from error

    def _finish_leaving(self) -> None:
        leaving = self._keys(Way.LEAVE)
        waiting = leaving + [key for key in self._wanted(inside=False) if key not in leaving and not self._idle(key)]
        if not waiting:
            return
        deadline = Deadline(self.limits.drain_timeout, self.clock)
        self.waited.sessions_at_start = sum(self.estate.server(key).sessions for key in waiting)
        departure = Departure(self.estate, waiting, leaving, self.limits.poll_interval, self.clock)
        how = self.limits.on_drain_timeout
        overdue = departure.finish(deadline, how)
        self.waited.drain_seconds = round(deadline.elapsed, 3)
        self.waited.left = [left.facts() for left in overdue.left]
        self.waited.forced = how in ("maint", "shutdown_sessions") and bool(overdue.left)
        if overdue.busy and how == "maint":
            self.warnings += [f"{words}; it is in maintenance all the same" for words in overdue.words(self.estate)]
        elif overdue.busy:
            self._left_draining = how == "fail"
            raise TimedOut(self._still_busy(overdue))

    def _come_back(self) -> None:
        coming = self._keys(Way.REJOIN) + self._keys(Way.RETURN)
        expected = [key for key in self._wanted(inside=True) if key.pool == self.wanted.online_pool]
        deadline = Deadline(self.limits.rejoin_timeout, self.clock)
        try:
            self.warnings += pass_gate(self.estate, self._keys(Way.REJOIN), deadline, self.limits.poll_interval)
            self.estate.tell(Order(key, Action.READY) for key in coming)
            if expected:
                wait_until_serving(self.estate, expected, deadline, self.limits.poll_interval)
        finally:
            self.waited.rejoin_seconds = round(deadline.elapsed, 3) if expected else 0.0
        self.warnings += [
            f"{key} has no health check: it is back without proof that it works"
            for key in coming
            if not (self.estate.server(key).check.configured or self.estate.server(key).tracked)
        ]

    def _verify(self) -> None:
        """The placement has to hold when all is done; a process that was replaced meanwhile may have forgotten it."""
        self.estate.read()
        restarted = check_placement(self.estate, self.wanted, first_epochs(self.estate))
        self.warnings += [words + "; the placement holds" for words in restarted.values()]

    def _clean_up(self) -> None:
        if self._left_draining:
            self.outcome.left += [f"{key} is left draining (on_drain_timeout: fail)" for key in self.estate.touched]
            return
        deadline = Deadline(self.limits.rejoin_timeout, self.clock)
        self.outcome = put_back(self.estate, self.wanted.maintenance_pool, deadline, self.limits.poll_interval)

    def _still_busy(self, overdue: Overdue) -> str:
        forced = ", their sessions shut down," if overdue.cut else ""
        return (
            f"not drained after {self.waited.drain_seconds:.1f} s{forced}: {'; '.join(overdue.words(self.estate))}. Long "
            "requests need a longer drain_timeout_seconds; on_drain_timeout says what to do with the rest."
        )

    def _keys(self, way: Way) -> list[ServerKey]:
        return [move.key for move in self.moves if move.way is way]

    def _wanted(self, inside: bool) -> list[ServerKey]:
        keys = [key for name in self.estate.clients for key in self.wanted.keys(name)]
        return [key for key in keys if self.wanted.pools[key.pool] is inside]

    def _idle(self, key: ServerKey) -> bool:
        return self.estate.server(key).idle
