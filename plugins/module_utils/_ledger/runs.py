# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs: one rollout of one release, one open run per service. Private to hybrid.rollout."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import NotFound, Refused
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger import lease
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.limits import Limits
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.owner import Owner
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.under_way import StillUnderWay, steps_under_way


@dataclass(frozen=True)
class PlannedMember:
    """``skipped_offline`` is why the plan leaves the member out; it is in the run's record and nobody starts it."""

    name: str
    batch: int
    previous_version: Optional[str]
    zone: Optional[str] = None
    pools: Sequence[str] = ()
    skipped_offline: Optional[str] = None


@dataclass(frozen=True)
class NewRun:
    """What a run sets out to do. ``plan`` is written down whole, ``plan_hash`` names it. A run without members is over as soon as it is
    opened, unless it ``stays_open`` for something else that it does."""

    service: str
    version: str
    digest: str
    url: str
    members: Sequence[PlannedMember]
    plan: dict[str, Any]
    plan_hash: str
    failure_budget: int
    limits: Limits = field(default_factory=Limits)
    lease_seconds: float = lease.LEASE_SECONDS
    stays_open: bool = False


class OpenedRun(NamedTuple):
    """``token`` grows with each run of a service; a controller shows it with everything that it writes."""

    id: str
    token: int


def open_run(ledger: Ledger, new: NewRun, owner: Owner, take_over: Optional[str] = None) -> OpenedRun:
    """Write the run and its planned members; refuse while another run of the service may be at work.

    A run whose process is known to be gone, or that is on another host and was silent for longer than its lease, is marked abandoned.
    ``take_over`` is the id of a run to be abandoned although its process cannot be asked.
    """
    new.limits.check()
    with ledger.transaction():
        close_gone(ledger, new.service, owner, take_over)
        run = f"{new.service}-{new.version}-{uuid.uuid4().hex[:8]}"
        token, now = lease.next_token(ledger, new.service), ledger.wall()
        ledger.execute(
            "INSERT INTO runs (id, service, version, digest, url, state, opened_at, heartbeat_at, owner, plan, plan_hash, failure_budget,"
            " token, lease_seconds, limits) VALUES (?, ?, ?, ?, ?, 'open', ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(run, new.service, new.version, new.digest, new.url, now, now, json.dumps(owner.as_dict())),
                *(json.dumps(new.plan, sort_keys=True), new.plan_hash, new.failure_budget, token, new.lease_seconds),
                json.dumps(asdict(new.limits)),
            ),
        )
        for position, member in enumerate(new.members):
            skipped = member.skipped_offline is not None
            ledger.execute(
                "INSERT INTO claims (run, member, batch, previous_version, state, outcome, reason, position, zone, pools)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(run, member.name, member.batch, member.previous_version),
                    *(("finished", "skipped_offline", member.skipped_offline) if skipped else ("planned", None, None)),
                    *(position, member.zone, json.dumps(list(member.pools))),
                ),
            )
        detail = {"owner": owner.as_dict(), "plan_hash": new.plan_hash, "token": token}
        ledger.write_event(run, "run_opened", detail=detail)
        if not new.stays_open and all(member.skipped_offline is not None for member in new.members):
            close_run(ledger, run, "done", None)
    return OpenedRun(run, token)


def close_gone(ledger: Ledger, service: str, owner: Owner, take_over: Optional[str]) -> None:
    for run, reason in gone(ledger, service, owner, take_over):
        close_run(ledger, run, "abandoned", reason)


def gone(ledger: Ledger, service: str, owner: Owner, take_over: Optional[str]) -> list[tuple[str, str]]:
    """The open runs of a service that are not at work any more, each with the reason; refuse while one may be."""
    found: list[tuple[str, str]] = []
    for row in ledger.rows("SELECT * FROM runs WHERE service = ? AND state = 'open'", (service,)):
        other = lease.owner_of(row)
        alive = other.is_alive()
        words = lease.described(ledger, row)
        if take_over == row["id"]:
            found.append((row["id"], f"taken over by {owner}"))
        elif row["control"] == "paused":
            raise Refused(
                f"{service}: {words}, and is {row['control_reason']}. A new start does not end a pause: give it free with rollout_control "
                f"(state open), or start again with -e rollout_take_over={row['id']}."
            )
        elif alive is False:
            going_on = steps_under_way(ledger, row["id"])
            if going_on:
                raise StillUnderWay(
                    f"{service}: {words}. Its last steps are still under way: {', '.join(going_on)}. Start again when they have ended."
                )
            found.append((row["id"], f"its process is gone: {other}"))
        elif alive is None and lease.has_expired(ledger, row):
            found.append((row["id"], f"its lease of {lease.age(row['lease_seconds'])} ended without a word of {other}"))
        else:
            until = "" if alive else ", on another host where it cannot be asked from here"
            until += "" if alive else f"; its lease ends {lease.age(row['lease_seconds'])} after it was last heard of"
            raise Refused(
                f"{service}: {words}{until}. One run of a service at a time: wait for it to end, "
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


def read_head(ledger: Ledger, run: str) -> dict[str, Any]:
    """The run without its plan and its claims: these grow with its members, and what a claim costs must not."""
    rows = ledger.rows(
        "SELECT id, service, version, state, opened_at, closed_at, stop_reason, owner, failure_budget, token, heartbeat_at,"
        " lease_seconds, limits, control, control_reason FROM runs WHERE id = ?",
        (run,),
    )
    if not rows:
        raise NotFound(f"The ledger {ledger.path} knows no run {run}: was rollout_ledger changed between two plays?")
    return {**rows[0], "owner": json.loads(rows[0]["owner"]), "limits": json.loads(rows[0]["limits"])}


def read_run(ledger: Ledger, run: str) -> dict[str, Any]:
    """The run with its plan and its claims in the plan's order."""
    found = read_head(ledger, run)
    found.update(ledger.rows("SELECT digest, url, plan, plan_hash FROM runs WHERE id = ?", (run,))[0])
    found["plan"] = json.loads(found["plan"])
    found["claims"] = ledger.rows("SELECT * FROM claims WHERE run = ? ORDER BY batch, position", (run,))
    for claim in found["claims"]:
        claim["pools"] = json.loads(claim["pools"])
    return found


def open_runs(ledger: Ledger, service: Optional[str] = None) -> list[dict[str, Any]]:
    """The runs that are not closed, of one service or of all, oldest first."""
    rows = ledger.rows("SELECT id, service FROM runs WHERE state = 'open' ORDER BY opened_at, id")
    return [read_run(ledger, row["id"]) for row in rows if service in (None, row["service"])]
