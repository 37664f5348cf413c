# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person decides about a run that somebody else carries out: pause, resume, abort, break its lock. Private to hybrid.rollout.

Each act is in the ledger with who did it and why. A pause or an abort stops nobody in the middle: those at work finish.
"""

from __future__ import annotations

from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import Refused
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger import lease
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.claims import stop
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.owner import Owner
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.runs import close_run, read_head
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger

EVENTS = {"paused": "run_paused", "open": "run_resumed", "aborted": "run_aborted", "abandoned": "lock_broken"}


def state_of(run: dict[str, Any]) -> str:
    """open, paused, aborted, done, stopped or abandoned."""
    if run["control"] == "aborted" and run["state"] in ("open", "stopped"):
        return "aborted"
    return str(run["control"] if run["state"] == "open" else run["state"])


def is_changed(run: dict[str, Any], state: str) -> bool:
    """Whether ``state`` is news for the run; refuse what cannot be."""
    now = state_of(run)
    if now == state and (state != "abandoned" or run["state"] == "abandoned"):
        return False
    if run["state"] != "open":
        raise Refused(f"Run {run['id']} is {now} and closed; it cannot be {state} any more. A new start is a new run.")
    if now == "aborted" and state != "abandoned":
        raise Refused(f"Run {run['id']} is {run['control_reason']}, and that is final: start again when it has ended.")
    return True


def control(ledger: Ledger, run: str, state: str, reason: str, by: Owner) -> bool:
    """Bring the run into ``state``, in one transaction with the event that says who and why; False where it is there already."""
    with ledger.transaction():
        found = read_head(ledger, run)
        if not is_changed(found, state):
            return False
        detail = {"by": by.who(), "reason": reason, "before": state_of(found)}
        ledger.write_event(run, EVENTS[state], detail=detail)
        if state == "abandoned":
            lease.next_token(ledger, found["service"])
            close_run(ledger, run, "abandoned", f"its lock was broken by {by.who()}: {reason}")
            return True
        said: Optional[str] = None if state == "open" else f"{state} by {by.who()}: {reason}"
        ledger.execute("UPDATE runs SET control = ?, control_reason = ? WHERE id = ?", (state, said, run))
        if state == "aborted":
            stop(ledger, run, f"{said}.")
    return True
