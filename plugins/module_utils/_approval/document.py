# SPDX-License-Identifier: GPL-3.0-or-later
"""What an approval file says. It is read strictly: a word that is not understood may be one that limits it. Private to hybrid.rollout."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._signing.signature import NotSigned

NEEDED = ("plan_hash", "service", "version", "approved_at")
KNOWN = (*NEEDED, "approver", "expires_at", "ticket")
SKEW = timedelta(minutes=5)


@dataclass(frozen=True)
class Approval:
    plan_hash: str
    service: str
    version: str
    approved_at: datetime
    expires_at: Optional[datetime]
    ticket: Optional[str]


def read_approval(content: bytes) -> Approval:
    try:
        said = json.loads(content.decode("utf-8"), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise NotSigned(f"it is no JSON ({error})") from error
    if not isinstance(said, dict) or not all(isinstance(value, str) for value in said.values()):
        raise NotSigned("it is not an object whose values are texts")
    for key in NEEDED:
        if not said.get(key):
            raise NotSigned(f"it does not say {key}")
    for key in said:
        if key not in KNOWN:
            raise NotSigned(f"it says {key!r}, which is not known here; known are {', '.join(KNOWN)}")
    expires = said.get("expires_at")
    return Approval(
        plan_hash=said["plan_hash"],
        service=said["service"],
        version=said["version"],
        approved_at=_moment("approved_at", said["approved_at"]),
        expires_at=_moment("expires_at", expires) if expires is not None else None,
        ticket=said.get("ticket"),
    )


def against(approval: Approval, plan_hash: str, service: str, version: str, now: datetime) -> Optional[str]:
    """Why it is not for this plan now; None where it is."""
    for what, theirs, ours in (
        ("the service", approval.service, service),
        ("version", approval.version, version),
        ("the plan", approval.plan_hash, plan_hash),
    ):
        if theirs != ours:
            return f"it is for {what} {theirs}, not for {ours}"
    if approval.approved_at > now + SKEW:
        return f"approved_at is {approval.approved_at.isoformat()}, which is still to come"
    if approval.expires_at is not None and approval.expires_at <= now:
        return f"it expired at {approval.expires_at.isoformat()}"
    return None


def _moment(key: str, text: str) -> datetime:
    try:
        read = datetime.fromisoformat(text[:-1] + "+00:00" if text[-1:] in ("Z", "z") else text)
    except ValueError as error:
        raise NotSigned(f"{key} is {text!r}, not a time such as 2026-12-01T09:30:00+00:00") from error
    if read.tzinfo is None:
        raise NotSigned(f"{key} is {text!r}, without the offset from UTC")
    return read


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is there twice")
    return found
