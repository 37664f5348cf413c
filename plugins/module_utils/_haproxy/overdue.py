# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of servers that are still busy at the deadline of their drain. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock, Deadline
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.commands import Action, Order
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.drain import wait_until_idle
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.estate import Estate
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import Epoch, ServerKey
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.sessions import Left, what_is_left

GRACE_SECONDS = 5.0


@dataclass
class Overdue:
    """``busy`` servers do not get idle; ``left`` is what they had at the last look; ``cut`` if that was shut down."""

    busy: Sequence[ServerKey] = ()
    left: list[Left] = field(default_factory=list)
    cut: bool = False

    def words(self, estate: Estate) -> list[str]:
        """One sentence for each server that is busy."""
        of = {left.key: left for left in self.left}
        return [
            f"{key} still has {server.sessions} sessions and {server.queued} queued requests: {of[key].words()}"
            for key, server in ((key, estate.server(key)) for key in self.busy)
        ]


def press(
    estate: Estate,
    busy: Sequence[ServerKey],
    on_timeout: str,
    into_maintenance: bool,
    epochs: Mapping[str, Epoch],
    clock: Clock,
    interval: float,
) -> Overdue:
    """Do what ``on_timeout`` says about ``busy`` servers.

    A customer with a cookie comes to a draining server for ever. In maintenance nobody comes any more: what is left there are
    tunnels, and the last requests, which get a few seconds.
    """

    def wait_a_little(keys: Sequence[ServerKey]) -> list[ServerKey]:
        return wait_until_idle(estate, keys, epochs, Deadline(GRACE_SECONDS, clock), interval)

    if not busy:
        return Overdue()
    if into_maintenance:
        estate.tell(Order(key, Action.MAINT) for key in busy if not estate.server(key).forced_out)
    overdue = Overdue(busy, what_is_left(estate, busy))
    if into_maintenance and not all(left.only_tunnels for left in overdue.left):
        busy = wait_a_little(busy)
        overdue = Overdue(busy, what_is_left(estate, busy))
    if busy and on_timeout == "shutdown_sessions":
        estate.tell(Order(key, Action.SHUTDOWN_SESSIONS) for key in busy)
        overdue = Overdue(wait_a_little(busy), overdue.left, cut=True)
    return overdue
