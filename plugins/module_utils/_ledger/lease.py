# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose a run is: its owner's lease, and who is refused because it went to somebody else. Private to hybrid.rollout.

A run is its owner's while the owner's process is there, or, where that cannot be asked, while what it writes is no older than the lease.
"""

from __future__ import annotations

import json
import time
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import Refused
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.owner import Owner
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger

LEASE_SECONDS = 3600
HEARTBEAT_SECONDS = 2  # one that is this young is not renewed: those who wait ask often


class Fenced(Refused):
    """The run is somebody else's by now: this controller writes nothing any more."""

    code = "fenced"


def owner_of(run: dict[str, Any]) -> Owner:
    return Owner.from_dict(json.loads(run["owner"]) if isinstance(run["owner"], str) else run["owner"])


def age(seconds: float) -> str:
    return f"{seconds:.0f} s" if 1 <= seconds < 90 else f"{seconds / 60:.0f} min"


def described(ledger: Ledger, run: dict[str, Any]) -> str:
    """Run, version, owner, age and last heartbeat, for a message."""
    now = ledger.wall()
    return (
        f"run {run['id']} to version {run['version']} is open since {age(now - run['opened_at'])}, started by {owner_of(run)}, "
        f"last heard of {age(now - run['heartbeat_at'])} ago"
    )


def has_expired(ledger: Ledger, run: dict[str, Any]) -> bool:
    return bool(ledger.wall() - run["heartbeat_at"] > run["lease_seconds"])


def next_token(ledger: Ledger, service: str) -> int:
    """A number above all that were given for the service, inside the caller's transaction."""
    ledger.execute(
        "INSERT INTO services (service, token) VALUES (?, 1) ON CONFLICT (service) DO UPDATE SET token = services.token + 1",
        (service,),
    )
    return int(ledger.rows("SELECT token FROM services WHERE service = ?", (service,))[0]["token"])


def hold(ledger: Ledger, run: dict[str, Any], token: Optional[int]) -> None:
    """Refuse a controller that lost the run, and renew the lease of one that holds it, inside the caller's transaction."""
    if run["state"] == "abandoned":
        when = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(run["closed_at"]))
        raise Fenced(
            f"Run {run['id']} is abandoned since {when}, {run['stop_reason']}. What was started under it may go on no further from here: "
            "look where its members are, and start the rollout again."
        )
    if token is not None and token != run["token"]:
        raise Fenced(
            f"Run {run['id']} has the token {run['token']}, and this controller came with {token}: it speaks of another run or another ledger. "
            "Take rollout_record as the plan gave it."
        )
    now = ledger.wall()
    if now - run["heartbeat_at"] >= HEARTBEAT_SECONDS:
        ledger.execute("UPDATE runs SET heartbeat_at = ? WHERE id = ?", (now, run["id"]))
