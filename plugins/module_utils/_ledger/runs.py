# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs: one rollout of one release, one open run per service. Private to hybrid.rollout."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import NotFound, Refused
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.owner import Owner
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger


@dataclass(frozen=True)
class PlannedMember:
    name: str
    batch: int
    previous_version: Optional[str]


@dataclass(frozen=True)
class NewRun:
    """What a run sets out to do. ``plan`` is written down whole, ``plan_hash`` names it."""

    service: str
    version: str
    digest: str
    url: str
    members: Sequence[PlannedMember]
    plan: dict[str, Any]
    plan_hash: str
    failure_budget: int


def open_run(ledger: Ledger, new: NewRun, owner: Owner, take_over: Optional[str] = None) -> str:
    """Write the run and its planned members, and return its id; refuse while another run of the service may be at work.

    A run whose process is known to be gone is marked abandoned. ``take_over`` is the id of a run to be abandoned although its process cannot
    be asked.
    """
    with ledger.transaction():
        close_gone(ledger, new.service, owner, take_over)
        run = f"{new.service}-{new.version}-{uuid.uuid4().hex[:8]}"
        ledger.execute(
            "INSERT INTO runs (id, service, version, digest, url, state, opened_at, owner, plan, plan_hash, failure_budget)"
            " VALUES (?, ?, ?, ?, ?, 'open', ?, ?, ?, ?, ?)",
            (
                *(run, new.service, new.version, new.digest, new.url, ledger.wall()),
                *(json.dumps(owner.as_dict()), json.dumps(new.plan, sort_keys=True), new.plan_hash, new.failure_budget),
            ),
        )
        for member in new.members:
            ledger.execute(
                "INSERT INTO claims (run, member, batch, previous_version, state) VALUES (?, ?, ?, ?, 'planned')",
                (run, member.name, member.batch, member.previous_version),
            )
        ledger.write_event(run, "run_opened", detail={"owner": owner.as_dict(), "plan_hash": new.plan_hash})
        if not new.members:
            close_run(ledger, run, "done", None)
    return run


def close_gone(ledger: Ledger, service: str, owner: Owner, take_over: Optional[str]) -> None:
    for run, reason in gone(ledger, service, owner, take_over):
        close_run(ledger, run, "abandoned", reason)


def gone(ledger: Ledger, service: str, owner: Owner, take_over: Optional[str]) -> list[tuple[str, str]]:
    """The open runs of a service that are not at work any more, each with the reason; refuse while one may be."""
    found: list[tuple[str, str]] = []
    for row in ledger.rows("SELECT * FROM runs WHERE service = ? AND state = 'open'", (service,)):
        other = Owner.from_dict(json.loads(row["owner"]))
        alive = other.is_alive()
        if alive is False:
            found.append((row["id"], f"its process is gone: {other}"))
        elif take_over == row["id"]:
            found.append((row["id"], f"taken over by {owner}"))
        else:
            minutes = (ledger.wall() - row["opened_at"]) / 60
            raise Refused(
                f"{service}: run {row['id']} to version {row['version']} is open since {minutes:.0f} min, started by {other}"
                f"{'' if alive else ', on another host where it cannot be asked from here'}. One run of a service at a time: wait for it to end, "
                f"or, if you know that it is dead, start again with -e rollout_take_over={row['id']}."
            )
    return found


def close_run(ledger: Ledger, run: str, state: str, reason: Optional[str]) -> None:
    """End a run inside the caller's transaction: members that nobody claimed are written down as not reached."""
    ledger.execute(
        "UPDATE claims SET state = 'finished', outcome = 'not_reached' WHERE run = ? AND state = 'planned'",
        (run,),
    )
    ledger.execute(
        "UPDATE runs SET state = ?, closed_at = ?, stop_reason = coalesce(?, stop_reason) WHERE id = ?",
        (state, ledger.wall(), reason, run),
    )
    ledger.write_event(run, "run_closed", detail={"state": state, "reason": reason})


def read_run(ledger: Ledger, run: str) -> dict[str, Any]:
    """The run with its plan and its claims in the plan's order."""
    rows = ledger.rows("SELECT * FROM runs WHERE id = ?", (run,))
    if not rows:
        raise NotFound(f"The ledger {ledger.path} knows no run {run}: was rollout_ledger changed between two plays?")
    found = dict(rows[0])
    found["plan"] = json.loads(found["plan"])
    found["owner"] = json.loads(found["owner"])
    found["claims"] = [
        dict(row) for row in ledger.rows("SELECT * FROM claims WHERE run = ? ORDER BY batch, rowid", (run,))
    ]
    return found
