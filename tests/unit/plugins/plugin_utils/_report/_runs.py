# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs as the ledger reads them, for the tests of what is told of them."""

from __future__ import annotations

from typing import Any

KEYS = ("member", "state", "outcome", "reason")
OF_A_CLAIM = {"batch": 1, "zone": "a", "previous_version": "1.1", "claimed_at": 100.0, "finished_at": 104.5}
OF_A_RUN = {
    **{"id": "r1", "service": "quotes", "version": "1.2", "digest": "ab", "plan_hash": "cd", "plan": {}},
    **{"opened_at": 90.0, "closed_at": 110.0, "stop_reason": None, "control": "open", "control_reason": None},
    "owner": {"host": "controller", "pid": 7, "started": None, "user": "ann"},
}


def run(state: str, *claims: tuple[str, str, Any, Any], **other: Any) -> dict[str, Any]:
    return {
        **OF_A_RUN,
        "state": state,
        "claims": [{**OF_A_CLAIM, **dict(zip(KEYS, claim))} for claim in claims],
        **other,
    }
