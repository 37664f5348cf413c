# SPDX-License-Identifier: GPL-3.0-or-later
"""After a failed haproxy_server: settings and states go back, or stay where the task says so. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Iterator

from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock, Deadline
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError, TimedOut
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.changes import settings_back
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.commands import Action, Order
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.estate import Estate
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import Server, ServerKey
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.put_back import PutBack, put_back
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.wish import Patience


def undo(estate: Estate, patience: Patience, error: RolloutError, clock: Clock) -> PutBack:
    """What is as it was before, and what is not; never raises."""
    outcome = PutBack()
    if not estate.touched:
        return outcome
    if isinstance(error, TimedOut) and patience.on_timeout in ("fail", "maint"):
        estate.survey()
        if patience.on_timeout == "maint":
            # Somebody who serves goes on serving: another one's lateness is no reason to fall below the floor.
            estate.try_to_tell([Order(key, Action.MAINT) for key, _before, now in _touched(estate) if not now.serving])
            estate.survey()
        for key, _before, now in _touched(estate):
            outcome.left.append(f"{key} is left {now.standing()} (on_timeout: {patience.on_timeout})")
        for key in estate.touched:
            if key.endpoint in estate.lost:
                outcome.left.append(f"{key} is left as nobody knows ({estate.lost[key.endpoint]})")
        return outcome
    deadline = Deadline(patience.timeout, clock)
    estate.survey()
    # A server that takes no customer gets its settings after its state, one that does before it does; an agent comes last.
    estate.try_to_tell(
        [order for key, before, now in _touched(estate) if before.ready for order in _settings(key, before, now)]
    )
    outcome = put_back(estate, None, deadline, patience.poll_interval)
    estate.try_to_tell([order for key, before, now in _touched(estate) for order in settings_back(key, before, now)])
    estate.survey()
    for key, before, now in _touched(estate):
        for order in settings_back(key, before, now):
            outcome.left.append(f"{key} {order.action.value} could not be put back to {order.value}")
    return outcome


def _settings(key: ServerKey, before: Server, now: Server) -> Iterator[Order]:
    return (order for order in settings_back(key, before, now) if order.action is not Action.AGENT)


def _touched(estate: Estate) -> Iterator[tuple[ServerKey, Server, Server]]:
    """The touched servers of endpoints that can be asked, as they were and as they are."""
    for key in list(estate.touched):
        now = None if key.endpoint in estate.lost else estate.last[key.endpoint].find(key.pool, key.server)
        if now:
            yield key, estate.first[key.endpoint].server(key), now
