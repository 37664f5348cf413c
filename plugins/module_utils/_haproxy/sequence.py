# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of the changes are told first, and which have to wait. Pure. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.changes import Change
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.commands import Action, Order
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import Server, ServerKey


def births(changes: Iterable[Change]) -> list[Order]:
    return [change.order for change in changes if change.order.action is Action.CREATE]


def deaths(changes: Iterable[Change]) -> list[ServerKey]:
    return [change.key for change in changes if change.order.action is Action.DELETE]


def changing(changes: Iterable[Change], what: str, after: str) -> list[Change]:
    return [change for change in changes if change.what == what and change.after == after]


def first_orders(changes: Sequence[Change], server: Callable[[ServerKey], Server], drains: bool) -> Iterator[Order]:
    """Settings and the way out, at once everywhere; what comes back and an agent that takes over come later."""
    for change in changes:
        if change.what == "state":
            if change.after == "maintenance":
                yield Order(change.key, Action.DRAIN if drains and server(change.key).ready else Action.MAINT)
            elif change.after == "draining":
                yield change.order
        elif change.what != "server" and (change.what != "agent" or change.after == "disabled"):
            yield change.order
