# SPDX-License-Identifier: GPL-3.0-or-later
"""Members that cannot be replaced now: nobody answers there and no customer is sent there. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Sequence

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import Refused
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.estate import LeftOut, Member

POLICIES = ("refuse", "skip", "plan")


def is_offline(member: Member) -> bool:
    """A machine that refuses the connection is there, and its service may still have to be installed: that one is not offline."""
    return member.silent is not None and not member.serves_somewhere


def part_offline(members: Sequence[Member], policy: str) -> tuple[list[Member], list[LeftOut]]:
    """The members to plan, and those to skip."""
    away = [member for member in members if is_offline(member)] if policy != "plan" else []
    if away and policy == "refuse":
        named = "; ".join(f"{member.name} ({member.silent})" for member in away)
        raise Refused(
            f"{len(away)} of {len(members)} members are offline, nobody answers there and no endpoint sends customers there: {named}. "
            "Bring them back, or leave them out with rollout_offline=skip, or plan them all the same with rollout_offline=plan."
        )
    gone = {member.name for member in away}
    return [member for member in members if member.name not in gone], [
        LeftOut(member.name, member.zone, f"offline: {member.silent}") for member in away
    ]
