# SPDX-License-Identifier: GPL-3.0-or-later
"""From members to ordered batches. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Sequence

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.estate import Member
from ansible_collections.hybrid.rollout.plugins.module_utils._share import count_of


def is_done(member: Member, version: str) -> bool:
    """True for a member that runs the version and serves customers on every endpoint: a rollout has nothing to do there."""
    return member.version == version and member.placement == "online" and member.serves_everywhere


def in_order(members: Sequence[Member]) -> list[Member]:
    """Members out of rotation first, then those that should serve and do not, then the others, each in the inventory's order."""

    def urgency(member: Member) -> int:
        if member.placement != "online":
            return 0
        return 2 if member.serves_everywhere else 1

    return sorted(members, key=urgency)


def cut(members: Sequence[Member], canary: int, batch: str, pool_size: int) -> list[list[Member]]:
    """A canary batch of ``canary`` members (0: none), then batches of ``batch``, a count or a percentage of the pool's size."""
    size = max(1, count_of(batch, pool_size, what="rollout_batch", round_up=False))
    if str(batch).strip() in ("0", "0%"):
        raise BadInput("rollout_batch is 0: a batch has at least one member.")
    for name, value in (("rollout_batch", size), ("rollout_canary", canary)):
        if value > pool_size:
            raise BadInput(
                f"{name} is {value}, larger than the online pool, which has {pool_size} servers: use at most {pool_size}, or a percentage."
            )
    rest = list(members)
    batches = [rest[:canary]] if canary and rest else []
    rest = rest[canary:]
    return batches + [rest[start : start + size] for start in range(0, len(rest), size)]
