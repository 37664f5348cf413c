# SPDX-License-Identifier: GPL-3.0-or-later
"""The changes of all servers, and which of them are told first. Pure. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.changes import Change, changes_of
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.commands import Action, Order
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import Server, ServerKey, Snapshot
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.wish import Wish


def all_changes(seen: Mapping[str, Snapshot], keys: Iterable[ServerKey], wish: Wish) -> Iterator[Change]:
    """From what each endpoint said to what is wanted of the servers."""
    for key in keys:
        there = seen[key.endpoint].find(key.pool, key.server) is not None
        if there or wish.create:
            yield from changes_of(key, as_it_will_be(seen, key, wish), wish, there)


def as_it_will_be(seen: Mapping[str, Snapshot], key: ServerKey, wish: Wish) -> Server:
    """The server as it is, or as it begins if it is created."""
    if wish.create and not seen[key.endpoint].find(key.pool, key.server):
        return wish.create.newborn(key.server, seen[key.endpoint].pools[key.pool].values())
    return seen[key.endpoint].server(key)


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
