# SPDX-License-Identifier: GPL-3.0-or-later
"""After a failure, every server that was touched goes back to where it was. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Deadline
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.commands import Action, Order
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.estate import Estate
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import Admin, Server, ServerKey
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.readmission import wait_until_serving

NEVER_LEFT_CHECKS = {Action.DRAIN, Action.SHUTDOWN_SESSIONS, Action.WEIGHT, Action.MAXCONN, Action.AGENT}


@dataclass
class PutBack:
    """What is as it was before, and what is not, each in words."""

    done: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def words(self) -> str:
        if self.left:
            return "NOT put back: " + "; ".join(self.left)
        return "Everything that was touched has been put back as it was." if self.done else "Nothing was changed."


def way_back(before: Server, now: Server, told: Collection[Action], testers_only: bool) -> list[Action]:
    """What takes one server back. After maintenance it is ready with all its checks forgotten: fresh ones let it in."""
    if before.forced_out:
        return [] if now.forced_out else [Action.MAINT]
    if before.admin & Admin.FORCED_DRAIN:
        unproven = now.forced_out and before.check.configured
        return [Action.GATE] if unproven else [] if now.draining else [Action.DRAIN]
    if now.ready:
        return []
    always_checked = set(told) <= NEVER_LEFT_CHECKS and not now.forced_out
    if testers_only or always_checked or not before.check.configured:
        return [Action.READY]
    return [Action.GATE, Action.READY]


def put_back(estate: Estate, testers_pool: Optional[str], deadline: Deadline, interval: float) -> PutBack:
    """Take every touched server back and see that it got there; never raises, says what is left."""
    outcome = PutBack()
    known = {key: told for key, told in estate.touched.items() if Action.CREATE not in told}
    if not known:
        return outcome
    failures = estate.survey()
    orders = [
        Order(key, action)
        for key, told in known.items()
        for now in [estate.find(key)]
        if now and key.endpoint not in failures
        for action in way_back(estate.first[key.endpoint].server(key), now, told, key.pool == testers_pool)
    ]
    failures.update(estate.only({order.key.endpoint for order in orders}).try_to_tell(orders))
    reachable = estate.only(name for name in estate.clients if name not in failures)
    failures.update(reachable.survey())
    for key, told in known.items():
        if key.endpoint in failures:
            outcome.left.append(f"{key} could not be put back ({failures[key.endpoint]})")
        elif not estate.find(key):
            deleted = Action.DELETE in told
            outcome.left.append(f"{key} is {'deleted for good' if deleted else 'gone: its pool no longer has it'}")
        else:
            _judge(estate, key, deadline, interval, outcome)
    return outcome


def _judge(estate: Estate, key: ServerKey, deadline: Deadline, interval: float, outcome: PutBack) -> None:
    before = estate.first[key.endpoint].server(key)
    try:
        if before.serving:
            wait_until_serving(estate.only([key.endpoint]), [key], deadline, interval)
        now = estate.server(key)
    except RolloutError as error:
        outcome.left.append(f"{key} is ready again but does not serve yet ({error})")
        return
    if now.standing() == before.standing():
        outcome.done.append(f"{key} is {now.standing()} again")
    else:
        outcome.left.append(f"{key} was {before.standing()} and is {now.standing()} now")
