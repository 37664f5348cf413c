# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers to what a task wants of them: all set first, then one wait, on every endpoint or not at all. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock, Deadline
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError, TimedOut
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.changes import (
    Change,
    check_allowed,
    takes_out,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.commands import Action, Order
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.departure import Departure
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.estate import Estate
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.guards import check_floors, check_wait
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.holding import (
    Then,
    check_quiet,
    check_settings,
    first_epochs,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import ServerKey
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.put_back import PutBack
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.ramp import ramp_up
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.readmission import pass_gate, wait_until_serving
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.removal import delete, wait_until_removable
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.selection import Selection
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.sequence import (
    all_changes,
    as_it_will_be,
    births,
    changing,
    deaths,
    first_orders,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.sessions import Left
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.undo import undo
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.versions import require_for
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.wish import Patience, Wish


class ServerStep:
    """One conversation with an estate about some of its servers."""

    def __init__(self, estate: Estate, selection: Selection, wish: Wish, patience: Patience, clock: Clock) -> None:
        self.estate, self.selection, self.wish, self.patience, self.clock = estate, selection, wish, patience, clock
        self.keys: list[ServerKey] = []
        self.changes: list[Change] = []
        self.warnings: list[str] = []
        self.outcome = PutBack()
        self.waited_seconds = 0.0
        self.sessions_at_start = 0
        self.forced: list[ServerKey] = []
        self.left: list[Left] = []
        self._parked: Sequence[ServerKey] = ()

    def see(self) -> None:
        """Ask, and decide: the changes from what is to what is wanted."""
        estate = self.estate
        estate.first.clear()
        estate.pools = []
        estate.gather()
        self.keys = self.selection.keys(estate.last.values())
        self.changes = list(all_changes(self.estate.last, self.keys, self.wish))

    def look(self) -> None:
        """See, and find out whether the changes are allowed."""
        self.see()
        estate = self.estate
        for change in self.changes:
            seen = estate.last[change.key.endpoint]
            estate.clients[change.key.endpoint].require_admin(seen)
            check_allowed(change, as_it_will_be(estate.last, change.key, self.wish), self.wish)
            require_for(seen, change.order.action)
        check_wait(estate, self.keys, self.wish, self.patience)
        involved = {key.pool for key in self.keys}
        leaving = [change.key for change in self.changes if takes_out(change)]
        for seen in estate.last.values():
            check_floors(seen, leaving, self.patience.min_active)
        if all(involved <= set(seen.pools) for seen in estate.last.values()):
            estate.pools = sorted(involved)

    def verify(self, then: Then) -> None:
        """Fail unless every server is as it is wanted, and ``wait_for`` true by now; nothing is changed."""
        self.see()
        restarted = check_settings(self.estate, self.changes, then.epochs)
        drained = self.keys if self._drains() and self.patience.on_timeout != "maint" else []
        check_quiet(self.estate, drained, self.keys if self.patience.wait_for == "healthy" else [])
        self.warnings += then.judge(restarted)

    def carry_out(self, exclusive: AbstractContextManager[Any]) -> None:
        """Act and look again; on any failure put back what was touched, and let the error say how far that got."""
        try:
            with exclusive if any(takes_out(change) for change in self.changes) else nullcontext():
                self.look()
                self._create()
                self.estate.tell(first_orders(self.changes, self.estate.server, self._drains()))
            deadline = Deadline(self.patience.timeout, self.clock)
            try:
                self._leave(deadline)
                self._come_back(deadline)
            finally:
                self.waited_seconds = round(deadline.elapsed, 3)
            ramping = [change.key for change in self.changes if change.what == "weight"]
            if self.wish.ramp and ramping:
                ramp_up(self.estate, ramping, self.wish.ramp, self.patience.wait_for == "healthy", self.clock)
            self._verify()
            self.estate.tell(change.order for change in changing(self.changes, "agent", "enabled"))
            self.estate.read()
        except RolloutError as error:
            self.outcome = undo(self.estate, self.patience, error, self.clock)
            message = f"{error} {self.outcome.words()}"
            raise type(error)(message, endpoint=error.endpoint, command=error.command, reply=error.reply) from error

    def _create(self) -> None:
        orders = births(self.changes)
        if orders:
            self.estate.tell(orders)
            self.estate.read()

    def _leave(self, deadline: Deadline) -> None:
        if not self._drains() or not self.keys:
            return
        interval, on_timeout = self.patience.poll_interval, self.patience.on_timeout
        leaving = [change.key for change in changing(self.changes, "state", "maintenance")]
        departure = Departure(self.estate, self.keys, leaving, interval, self.clock)
        self.sessions_at_start = sum(self.estate.server(key).sessions for key in self.keys)
        overdue = departure.finish(deadline, on_timeout)
        self._parked, self.left = overdue.parked, overdue.left
        if on_timeout in ("maint", "shutdown_sessions"):
            self.forced = [left.key for left in overdue.left]
        if overdue.busy and on_timeout == "maint":
            self.warnings += [f"{words}; it is in maintenance all the same" for words in overdue.words(self.estate)]
        elif overdue.busy:
            cut = ", their sessions shut down," if overdue.cut else ""
            raise TimedOut(self._late("drained", overdue.words(self.estate), deadline, cut))
        if self.patience.wait_for == "removable":
            attached = wait_until_removable(self.estate, self.keys, deadline, interval)
            attached = attached or delete(self.estate, deaths(self.changes), deadline, interval)
            if attached:
                raise TimedOut(self._late("removable", [self._attached(key) for key in attached], deadline))

    def _come_back(self, deadline: Deadline) -> None:
        coming = changing(self.changes, "state", "ready")
        fresh = [change.key for change in coming if change.fresh]
        if self.patience.wait_for == "healthy":
            self.warnings += pass_gate(self.estate, fresh, deadline, self.patience.poll_interval)
            self.estate.tell(Order(change.key, Action.READY) for change in coming)
            wait_until_serving(self.estate, self.keys, deadline, self.patience.poll_interval)
        else:
            self.estate.tell(Order(key, Action.GATE) for key in fresh)
            self.estate.tell(Order(change.key, Action.READY) for change in coming)
        unproven = self.keys if self.patience.wait_for == "healthy" else [change.key for change in coming]
        self.estate.read()
        self.warnings += [
            f"{key} has no health check that runs ({server.check.words()}): nothing proves that it works"
            for key, server in ((key, self.estate.server(key)) for key in unproven)
            if not server.tracked and (not server.check.configured or server.check.paused)
        ]

    def _verify(self) -> None:
        """What was wanted has to hold when all is done; a process that was replaced meanwhile may have forgotten it."""
        self.estate.read()
        missing = [
            change
            for change in all_changes(self.estate.last, self.keys, self.wish)
            if change.key not in self._parked and not (change.what == "agent" and change.after == "enabled")
        ]
        check_settings(self.estate, missing, first_epochs(self.estate))

    def _late(self, what: str, seen: list[str], deadline: Deadline, cut: str = "") -> str:
        return (
            f"not {what} after {deadline.elapsed:.1f} s{cut}: {'; '.join(seen)}. Long requests need a longer "
            "timeout_seconds; on_timeout says what to do with the rest."
        )

    def _attached(self, key: ServerKey) -> str:
        server = self.estate.server(key)
        return (
            f"{key} still has {server.sessions} sessions and {server.queued} queued requests and "
            f"{server.settings.connections} connections"
        )

    def _drains(self) -> bool:
        return self.patience.wait_for in ("drained", "removable")
