# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a member is out of rotation, and which version it is to come back with. Pure. Private to hybrid.rollout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.looking_back import LastClaim
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.estate import Member

RECONCILE = "reconcile"  # stands for the version of a run that brings members back, each with its own
LEFT_BEHIND = (None, "out", "unreachable")  # outcomes of a claim after which nobody has brought the member back


@dataclass(frozen=True)
class Finding:
    """What is to be said of a member. ``version``: what it is to come back with, None where it is left alone. ``fallback``: what is put back
    if that version does not pass."""

    member: str
    why: str
    version: Optional[str] = None
    fallback: Optional[str] = None
    fine: bool = False


def find(member: Member, last: Optional[LastClaim]) -> Finding:
    """``last`` is the member's latest claim in a run that is not at work any more."""
    runs = f"runs {member.version}" if member.version else "does not answer with its version"
    if member.placement == "online" and member.serves_everywhere:
        return Finding(member.name, f"serves customers everywhere, {runs}", fine=True)
    if member.placement == "online":
        return Finding(
            member.name, f"is online and HAProxy does not send it customers, {runs}: look at its health check"
        )
    where = f"is in {member.placement}, {runs}"
    if last is None or last.outcome not in LEFT_BEHIND:
        what = (
            f"run {last.run} left it {last.outcome.replace('_', ' ')}" if last and last.outcome else "no run has had it"
        )
        return Finding(member.name, f"{where}; {what}: somebody else took it out, and has to bring it back")
    return _left_behind(member, last, f"{where}; run {last.run} {_left(last)}")


def _left_behind(member: Member, last: LastClaim, left: str) -> Finding:
    if member.version == last.version:
        return Finding(member.name, f"{left}: comes back with it if it passes", last.version, last.previous_version)
    if last.previous_version is None and last.brought_back:
        return Finding(member.name, f"{left}: {last.version} is put back", last.version)
    if last.previous_version is None:
        return Finding(member.name, f"{left}, and the ledger does not know what it ran before: deploy a version to it")
    if member.version == last.previous_version:
        return Finding(member.name, f"{left}: comes back with it if it passes", last.previous_version)
    return Finding(member.name, f"{left}: {last.previous_version} is put back", last.previous_version)


def _left(last: LastClaim) -> str:
    if last.outcome is None:
        return f"to {last.version} began with it and did not finish"
    return f"to {last.version} left it {last.outcome}{f' ({last.reason})' if last.reason else ''}"
