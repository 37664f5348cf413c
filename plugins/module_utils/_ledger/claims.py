# SPDX-License-Identifier: GPL-3.0-or-later
"""Claims: a member's permission to leave rotation, and what became of it. Private to hybrid.rollout.

The budget counts what was started and not finished well, never what Ansible calls failed.
"""

from __future__ import annotations

import sqlite3
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import Refused
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.runs import close_run, read_run
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger

OUTCOMES = ("done", "rolled_back", "out", "unreachable")
SAY = {
    "done": "done",
    "rolled_back": "failed, back on the release before and online",
    "out": "failed and not online everywhere",
    "unreachable": "failed and cannot be reached",
    "not_reached": "not reached",
    None: "started and not finished",
}


def claim(ledger: Ledger, run: str, member: str) -> int:
    """Give ``member`` leave to start, and return its batch; refuse when the run is over or its budget is spent."""
    with ledger.transaction():
        found = read_run(ledger, run)
        mine = _claim_of(ledger, run, member)
        if found["state"] != "open":
            raise Refused(
                f"{member} does not start: run {run} is {found['state']}, {found['stop_reason'] or 'complete'}."
            )
        if mine["state"] != "planned":
            raise Refused(f"{member} does not start: it was claimed in run {run} already ({SAY[mine['outcome']]}).")
        broken = _broken(ledger, run, mine["batch"])
        stop_reason: Optional[str] = found["stop_reason"]
        if stop_reason is None and len(broken) > found["failure_budget"]:
            stop_reason = _spent(broken, found["failure_budget"])
        if stop_reason is None:
            ledger.execute(
                "UPDATE claims SET state = 'claimed', claimed_at = ? WHERE run = ? AND member = ?",
                (ledger.wall(), run, member),
            )
            ledger.write_event(run, "claimed", member=member, detail={"batch": mine["batch"]})
            return int(mine["batch"])
        _stop(ledger, run, stop_reason)
        ledger.write_event(run, "claim_refused", member=member, detail={"reason": stop_reason})
    raise Refused(
        f"{member} does not start: {stop_reason} Mend what is named here and run the same command again; it goes on from what is true then."
    )


def finish(ledger: Ledger, run: str, member: str, outcome: str, reason: Optional[str]) -> None:
    """Write down what became of a claimed member, and close the run when nothing is left to do or nothing may start any more."""
    with ledger.transaction():
        mine = _claim_of(ledger, run, member)
        if mine["state"] != "claimed":
            raise Refused(f"{member} cannot finish in run {run}: it is {mine['state']} there ({SAY[mine['outcome']]}).")
        ledger.execute(
            "UPDATE claims SET state = 'finished', outcome = ?, reason = ?, finished_at = ? WHERE run = ? AND member = ?",
            (outcome, reason, ledger.wall(), run, member),
        )
        ledger.write_event(run, "finished", member=member, detail={"outcome": outcome, "reason": reason})
        found = read_run(ledger, run)
        if found["state"] != "open":
            return
        failed = [row for row in found["claims"] if row["outcome"] not in (None, "done")]
        if found["stop_reason"] is None and len(failed) > found["failure_budget"]:
            _stop(
                ledger,
                run,
                _spent([f"{row['member']} {SAY[row['outcome']]}" for row in failed], found["failure_budget"]),
            )
        elif all(row["state"] == "finished" for row in found["claims"]):
            close_run(ledger, run, "done", None)
        else:
            _close_when_idle(ledger, run)


def _claim_of(ledger: Ledger, run: str, member: str) -> sqlite3.Row:
    rows = ledger.rows("SELECT * FROM claims WHERE run = ? AND member = ?", (run, member))
    if not rows:
        raise Refused(f"{member} is not in the plan of run {run}.")
    return rows[0]


def _broken(ledger: Ledger, run: str, batch: int) -> list[str]:
    rows = ledger.rows(
        "SELECT member, outcome FROM claims WHERE run = ? AND ((state = 'claimed' AND batch < ?)"
        " OR (state = 'finished' AND outcome <> 'done')) ORDER BY batch, rowid",
        (run, batch),
    )
    return [f"{row['member']} {SAY[row['outcome']]}" for row in rows]


def _spent(broken: list[str], budget: int) -> str:
    return f"the failure budget of {budget} is spent: {'; '.join(broken)}."


def _stop(ledger: Ledger, run: str, reason: str) -> None:
    """Let nobody start any more; the run stays open, and locked for others, until those at work have finished."""
    ledger.execute("UPDATE runs SET stop_reason = ? WHERE id = ?", (reason, run))
    _close_when_idle(ledger, run)


def _close_when_idle(ledger: Ledger, run: str) -> None:
    found = read_run(ledger, run)
    if found["stop_reason"] is not None and not any(row["state"] == "claimed" for row in found["claims"]):
        close_run(ledger, run, "stopped", None)
