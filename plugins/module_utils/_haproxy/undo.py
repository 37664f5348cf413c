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
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.removal import delete, wait_until_removable
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
            estate.try_to_tell([Order(key, Action.MAINT) for key, now in _there(estate) if not now.serving])
            estate.survey()
        for key, now in _there(estate):
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
    _bury(estate, deadline, patience.poll_interval, outcome)
    for key, before, now in _touched(estate):
        for order in settings_back(key, before, now):
            outcome.left.append(f"{key} {order.action.value} could not be put back to {order.value}")
    return outcome


def _bury(estate: Estate, deadline: Deadline, interval: float, outcome: PutBack) -> None:
    """What this task created goes again, once nobody is attached to it."""
    born = [key for key, told in estate.touched.items() if Action.CREATE in told and estate.find(key)]
    estate.try_to_tell([Order(key, Action.MAINT) for key in born if key.endpoint not in estate.lost])
    for key in born:
        alone = estate.only([key.endpoint])
        try:
            attached = wait_until_removable(alone, [key], deadline, interval) or delete(
                alone, [key], deadline, interval
            )
        except RolloutError as error:
            outcome.left.append(f"{key} could not be deleted again ({error})")
        else:
            words = "could not be deleted again: somebody is still connected to it" if attached else "is absent again"
            (outcome.left if attached else outcome.done).append(f"{key} {words}")


def _settings(key: ServerKey, before: Server, now: Server) -> Iterator[Order]:
    return (order for order in settings_back(key, before, now) if order.action is not Action.AGENT)


def _touched(estate: Estate) -> Iterator[tuple[ServerKey, Server, Server]]:
    """The touched servers of endpoints that can be asked, as they were and as they are; without those that are new, or gone."""
    for key, now in _there(estate):
        before = estate.first[key.endpoint].find(key.pool, key.server)
        if before:
            yield key, before, now


def _there(estate: Estate) -> list[tuple[ServerKey, Server]]:
    found = [(key, None if key.endpoint in estate.lost else estate.find(key)) for key in estate.touched]
    return [(key, now) for key, now in found if now]
