# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is done, who goes first, and how large each batch may be. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.estate import Member
from ansible_collections.hybrid.rollout.plugins.module_utils._share import count_of


def is_done(member: Member, version: str) -> bool:
    """True for a member that runs the version and serves customers on every endpoint: a rollout has nothing to do there."""
    return member.version == version and member.placement == "online" and member.serves_everywhere


def urgency(member: Member) -> int:
    """0 for a member out of rotation, 1 for one that should serve and does not, 2 for the others."""
    if member.placement != "online":
        return 0
    return 2 if member.serves_everywhere else 1


def is_urgent(member: Member) -> bool:
    return urgency(member) < 2


def in_order(members: Sequence[Member]) -> list[Member]:
    """The most urgent first, each kind in the inventory's order."""
    return sorted(members, key=urgency)


@dataclass(frozen=True)
class Sizes:
    """How many members a batch may have: the canary (0: none), then those of ``growing``, the last of which repeats."""

    canary: int
    growing: Sequence[int]

    @property
    def largest(self) -> int:
        return max(self.growing)

    def after_the_canary(self) -> Iterator[int]:
        yield from self.growing
        while True:
            yield self.growing[-1]


def read_sizes(canary: int, batch: Sequence[str], pool_size: int) -> Sizes:
    """``batch`` holds counts or percentages of the pool's size, the latter rounded down, but never to nothing."""
    if not batch:
        raise BadInput(
            "rollout_batch is empty: write a count such as 2, a percentage such as 25%, or a list of them such as [1, 10%, 25%]."
        )
    growing = []
    for share in batch:
        if str(share).strip() in ("0", "0%"):
            raise BadInput("rollout_batch is 0: a batch has at least one member.")
        growing.append(max(1, count_of(share, pool_size, what="rollout_batch", round_up=False)))
    for name, value in (*(("rollout_batch", size) for size in growing), ("rollout_canary", canary)):
        if value > pool_size:
            raise BadInput(
                f"{name} is {value}, larger than the online pool, which has {pool_size} servers: use at most {pool_size}, or a percentage."
            )
    if canary < 0:
        raise BadInput(f"rollout_canary is {canary}: write how many members go first, or 0 for none.")
    return Sizes(canary, growing)
