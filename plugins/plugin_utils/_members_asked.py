# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of a service's members are asked and planned, and who is left out from the start. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.estate import LeftOut

Parted = tuple[list[Mapping[str, Any]], list[LeftOut], list[LeftOut]]


def part(members: Sequence[Mapping[str, Any]], limited_to: Optional[Sequence[str]]) -> Parted:
    """The members to ask, those that an operator excluded, and those that a limit cuts away."""
    names = {member["name"] for member in members}
    strangers = [name for name in limited_to or [] if name not in names]
    if strangers:
        raise BadInput(
            f"limited_to names {', '.join(strangers)}, which {'is no member' if len(strangers) == 1 else 'are no members'} of the service."
        )
    within = names if limited_to is None else set(limited_to)
    limited = [LeftOut(member["name"], member["zone"]) for member in members if member["name"] not in within]
    inside = [member for member in members if member["name"] in within]
    excluded = [
        LeftOut(member["name"], member["zone"], f"excluded: {member['excluded']}")
        for member in inside
        if member["excluded"]
    ]
    return [member for member in inside if not member["excluded"]], excluded, limited
