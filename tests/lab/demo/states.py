# SPDX-License-Identifier: GPL-3.0-or-later
"""From what the ledger tells (steps begun and ended) to what a member was doing when, and where it went wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

ONLINE, DRAINING, INSTALLING, TESTING, JOINING, OUT = "online", "draining", "installing", "testing", "joining", "out"
STATE_OF_STEP = {
    "leave_pool": DRAINING,
    "leave_again": DRAINING,
    "still_out": DRAINING,
    "activate": INSTALLING,
    "rollback": INSTALLING,
    "verify_member": TESTING,
    "verify_maintenance": TESTING,
    "smoke_tests": TESTING,
    "verify_rollback": TESTING,
    "join_pool": JOINING,
    "rejoin": JOINING,
}
FAILED, ROLLED_BACK, LEFT_OUT = "failed", "rolled_back", "left_out"


@dataclass(frozen=True)
class Span:
    """A member was in ``state`` from ``started`` to ``ended`` (epoch seconds)."""

    member: str
    state: str
    started: float
    ended: float


@dataclass(frozen=True)
class Mark:
    """Something worth a sign on the member's bar: ``failed`` or ``rolled_back``, at which step and why."""

    member: str
    kind: str
    at: float
    step: str
    reason: str


@dataclass(frozen=True)
class History:
    """All members' spans, each member's without gaps from the first to the last moment, and the marks."""

    spans: list[Span] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)


def states_from_events(events: Iterable[Mapping[str, Any]], started: float, ended: float) -> History:
    """The history of every member named in ``events`` between ``started`` and ``ended``.

    Rows are {at, kind, member, step, detail}. ``detail`` begins with "failed" on the end of a step that failed, and is
    "done", "rolled_back" or "left_out" (perhaps with more words) when the member is finished.
    """
    history = History()
    rows: dict[str, list[Mapping[str, Any]]] = {}
    for event in sorted(events, key=lambda row: float(row["at"])):
        if event.get("member"):
            rows.setdefault(str(event["member"]), []).append(event)
    for member in sorted(rows):
        state, since = ONLINE, started
        for row in rows[member]:
            at = min(max(float(row["at"]), started), ended)
            detail = str(row.get("detail") or "")
            step = str(row.get("step") or "")
            kind = _mark(str(row["kind"]), detail)
            if kind:
                history.marks.append(Mark(member, kind, at, step, detail.partition(": ")[2] or detail))
            following = _state_after(str(row["kind"]), step, detail, state)
            if following != state:
                if at > since:
                    history.spans.append(Span(member, state, since, at))
                state, since = following, at
        history.spans.append(Span(member, state, since, ended))
    return history


def _state_after(kind: str, step: str, detail: str, state: str) -> str:
    if kind == "step_began":
        return STATE_OF_STEP.get(step, ONLINE)
    if kind == "finished":
        return OUT if detail.startswith((LEFT_OUT, FAILED)) else ONLINE
    return state


def _mark(kind: str, detail: str) -> str:
    if kind == "step_ended" and detail.startswith(FAILED):
        return FAILED
    if kind == "finished" and detail.startswith(ROLLED_BACK):
        return ROLLED_BACK
    return ""
