# SPDX-License-Identifier: GPL-3.0-or-later
"""Claims: a member's permission to leave rotation, and what became of it. Private to hybrid.rollout.

The budget counts what was started and not finished well, never what Ansible calls failed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._database.model import Row
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import Refused
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger import lease, limits
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.outcomes import BROKEN, SAY
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.runs import close_run, read_head
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger

AGAIN = "Mend what is named here and run the same command again; it goes on from what is true then."


class MustWait(Refused):
    """Not now: the ``holders`` are at work, and when one of them finishes it may be possible."""

    code = "wait"

    def __init__(self, message: str, holders: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.holders = frozenset(holders)


class Paused(MustWait):
    code = "paused"


class ClaimedElsewhere(MustWait):
    """A run of another service has the member in its hands."""

    code = "claimed_elsewhere"


def claim(ledger: Ledger, run: str, member: str, token: Optional[int] = None, first: bool = True) -> int:
    """Give ``member`` leave to start, and return its batch; refuse when the run is over, its budget is spent, or it must wait.

    All of it is one transaction, so that two claims never count the same room. ``first`` is False where the refusal is written already.
    """
    with ledger.transaction():
        found = read_head(ledger, run)
        lease.hold(ledger, found, token)
        mine = _claim_of(ledger, run, member)
        if found["state"] != "open":
            raise Refused(
                f"{member} does not start: run {run} is {found['state']}, {found['stop_reason'] or 'complete'}."
            )
        if mine["state"] != "planned":
            raise Refused(f"{member} does not start: it was claimed in run {run} already ({SAY[mine['outcome']]}).")
        refusal = _stopped(ledger, found, mine) or _must_wait(ledger, found, mine)
        if refusal is None:
            ledger.execute(
                "UPDATE claims SET state = 'claimed', claimed_at = ? WHERE run = ? AND member = ?",
                (ledger.wall(), run, member),
            )
            ledger.write_event(run, "claimed", member=member, detail={"batch": mine["batch"]})
            return int(mine["batch"])
        if first:
            ledger.write_event(
                run, "claim_refused", member=member, detail={"code": refusal.code, "reason": str(refusal)}
            )
    raise refusal


def finish(
    ledger: Ledger, run: str, member: str, outcome: str, reason: Optional[str], *, token: Optional[int] = None
) -> None:
    """Write down what became of a claimed member, and close the run when nothing is left to do or nothing may start any more."""
    with ledger.transaction():
        found = read_head(ledger, run)
        lease.hold(ledger, found, token)
        mine = _claim_of(ledger, run, member)
        if mine["state"] != "claimed":
            raise Refused(f"{member} cannot finish in run {run}: it is {mine['state']} there ({SAY[mine['outcome']]}).")
        ledger.execute(
            "UPDATE claims SET state = 'finished', outcome = ?, reason = ?, finished_at = ? WHERE run = ? AND member = ?",
            (outcome, reason, ledger.wall(), run, member),
        )
        ledger.write_event(run, "finished", member=member, detail={"outcome": outcome, "reason": reason})
        broken = _failed(ledger, run)
        if found["stop_reason"] is None and len(broken) > found["failure_budget"]:
            stop(ledger, run, _spent(broken, found["failure_budget"]))
        elif not _is_any(ledger, run, "claimed"):
            if found["stop_reason"] is not None:
                close_run(ledger, run, "stopped", None)
            elif not _is_any(ledger, run, "planned"):
                close_run(ledger, run, "done", None)


def stop(ledger: Ledger, run: str, reason: str) -> None:
    """Let nobody start any more; the run stays open, and locked for others, until those at work have finished."""
    ledger.execute("UPDATE runs SET stop_reason = ? WHERE id = ?", (reason, run))
    if not _is_any(ledger, run, "claimed"):
        close_run(ledger, run, "stopped", None)


def _is_any(ledger: Ledger, run: str, state: str) -> bool:
    asked = "SELECT 1 AS found FROM claims WHERE run = ? AND outcome IS NULL AND state = ? LIMIT 1"
    return bool(ledger.rows(asked, (run, state)))


def _claim_of(ledger: Ledger, run: str, member: str) -> Row:
    rows = ledger.rows("SELECT * FROM claims WHERE run = ? AND member = ?", (run, member))
    if not rows:
        raise Refused(f"{member} is not in the plan of run {run}.")
    return {**rows[0], "pools": json.loads(rows[0]["pools"])}


def _stopped(ledger: Ledger, run: dict[str, Any], mine: Row) -> Optional[Refused]:
    """Nobody starts any more. Who started in an earlier batch and has not finished counts: its play went on without it."""
    reason: Optional[str] = run["stop_reason"]
    if reason is None:
        broken = _failed(ledger, run["id"]) + _unfinished_before(ledger, mine)
        if len(broken) <= run["failure_budget"]:
            return None
        reason = _spent(broken, run["failure_budget"])
        stop(ledger, run["id"], reason)
    return Refused(f"{mine['member']} does not start: {reason} {AGAIN}")


def _must_wait(ledger: Ledger, run: dict[str, Any], mine: Row) -> Optional[MustWait]:
    if run["control"] == "paused":
        return Paused(f"{mine['member']} does not start yet: run {run['id']} is {run['control_reason']}.")
    runs, work = limits.at_work(ledger)
    for other in work:
        if other["member"] == mine["member"]:
            theirs = read_head(ledger, other["run"])
            return ClaimedElsewhere(
                f"{mine['member']} does not start yet: another service has it at work. {theirs['service']}: {lease.described(ledger, theirs)}.",
                [theirs["id"]],
            )
    reached = limits.reached(mine, runs, work)
    return MustWait(f"{mine['member']} does not start yet: {reached}.", reached.holders) if reached else None


def _failed(ledger: Ledger, run: str) -> list[str]:
    asked = "SELECT member, outcome FROM claims WHERE run = ? AND outcome IN (?, ?, ?) ORDER BY batch, position"
    return [f"{row['member']} {SAY[row['outcome']]}" for row in ledger.rows(asked, (run, *BROKEN))]


def _unfinished_before(ledger: Ledger, mine: Row) -> list[str]:
    rows = ledger.rows(
        "SELECT member FROM claims WHERE run = ? AND outcome IS NULL AND state = 'claimed' AND batch < ? ORDER BY batch, position",
        (mine["run"], mine["batch"]),
    )
    return [f"{row['member']} {SAY[None]}" for row in rows]


def _spent(broken: list[str], budget: int) -> str:
    return f"the failure budget of {budget} is spent: {'; '.join(broken)}."
