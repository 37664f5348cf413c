# SPDX-License-Identifier: GPL-3.0-or-later
"""An order for migrations that say what they need. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from heapq import heapify, heappop, heappush

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput


def in_order(needs: Mapping[str, Sequence[str]], title: str) -> list[str]:
    """Each after those that it needs, otherwise as they come. A name that is no key is somebody else's, and is not waited for."""
    position = {name: index for index, name in enumerate(needs)}
    waits = {name: {need for need in needed if need in needs} for name, needed in needs.items()}
    followers: dict[str, list[str]] = {name: [] for name in needs}
    for name, needed in waits.items():
        for need in needed:
            followers[need].append(name)
    ready = [(position[name], name) for name, needed in waits.items() if not needed]
    heapify(ready)
    order = []
    while ready:
        name = heappop(ready)[1]
        order.append(name)
        for follower in followers[name]:
            waits[follower].discard(name)
            if not waits[follower]:
                heappush(ready, (position[follower], follower))
    if len(order) < len(needs):
        circle = ", ".join(name for name in needs if name not in set(order))
        raise BadInput(f"These migrations of {title} need each other in a circle, or need one that does: {circle}.")
    return order


def with_all_below(tops: Iterable[str], needs: Mapping[str, Sequence[str]]) -> set[str]:
    """These and everything that they need, near or far."""
    found: set[str] = set()
    open_ends = [top for top in tops if top in needs]
    while open_ends:
        name = open_ends.pop()
        if name not in found:
            found.add(name)
            open_ends.extend(need for need in needs[name] if need in needs)
    return found
