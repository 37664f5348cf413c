# SPDX-License-Identifier: GPL-3.0-or-later
"""What gates answered in a run, and the end of a run that a gate stands against. Private to hybrid.rollout."""

from __future__ import annotations

import json
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._ledger import claims, lease
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.runs import read_head
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger


def answer_before(ledger: Ledger, run: str, step: str, occasion: str, question: str) -> Optional[dict[str, Any]]:
    """What the gate ``step`` answered to this question on this occasion of the run already. Older ledgers do not say what was asked."""
    rows = ledger.rows(
        "SELECT detail FROM events WHERE run = ? AND kind = 'gate' AND step = ? ORDER BY seq DESC", (run, step)
    )
    details: list[dict[str, Any]] = [json.loads(row["detail"]) for row in rows]
    asked = (occasion, question)
    return next((detail for detail in details if (detail.get("occasion"), detail.get("question")) == asked), None)


def write_answer(
    ledger: Ledger,
    run: str,
    step: str,
    detail: dict[str, Any],
    *,
    member: Optional[str] = None,
    token: Optional[int] = None,
    stop_reason: Optional[str] = None,
) -> None:
    """Write the answer down. With ``stop_reason`` nobody starts any more, and the run is closed unless members are at work."""
    with ledger.transaction():
        found = _held(ledger, run, token)
        ledger.write_event(run, "gate", member=member, step=step, detail=detail)
        if stop_reason is not None:
            _stop(ledger, found, stop_reason)


def stop(ledger: Ledger, run: str, reason: str, token: Optional[int] = None) -> None:
    with ledger.transaction():
        _stop(ledger, _held(ledger, run, token), reason)


def _held(ledger: Ledger, run: str, token: Optional[int]) -> dict[str, Any]:
    """The run, for a controller that still holds it."""
    found = read_head(ledger, run)
    lease.hold(ledger, found, token)
    return found


def _stop(ledger: Ledger, run: dict[str, Any], reason: str) -> None:
    """The first reason stays: what came later may follow from it."""
    if run["state"] == "open" and run["stop_reason"] is None:
        claims.stop(ledger, run["id"], reason)
