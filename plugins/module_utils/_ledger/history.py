# SPDX-License-Identifier: GPL-3.0-or-later
"""What the ledger remembers of a member from earlier runs. Private to hybrid.rollout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger


def version_before(ledger: Ledger, service: str, member: str, version: str) -> Optional[str]:
    """The version that ``member`` ran before some run began to put ``version`` on it, from the latest such run."""
    rows = ledger.rows(
        "SELECT claims.previous_version FROM claims JOIN runs ON runs.id = claims.run"
        " WHERE runs.service = ? AND runs.version = ? AND claims.member = ? AND claims.claimed_at IS NOT NULL"
        " AND claims.previous_version IS NOT NULL AND claims.previous_version <> ? ORDER BY claims.claimed_at DESC LIMIT 1",
        (service, version, member, version),
    )
    return str(rows[0]["previous_version"]) if rows else None


@dataclass(frozen=True)
class WayBack:
    """To what most members of the latest rollout ran before it, from the version that it rolled out."""

    to: str
    back_from: str
    run: str


def way_back(ledger: Ledger, service: str) -> Optional[WayBack]:
    """None where the ledger knows of none."""
    rows = ledger.rows(
        "SELECT claims.run, claims.previous_version, runs.version FROM claims JOIN runs ON runs.id = claims.run"
        " WHERE runs.service = ? AND runs.digest <> '' AND claims.claimed_at IS NOT NULL"
        " AND claims.previous_version IS NOT NULL AND claims.previous_version <> runs.version"
        " ORDER BY runs.opened_at DESC",
        (service,),
    )
    latest = [row["previous_version"] for row in rows if row["run"] == rows[0]["run"]]
    return WayBack(str(max(latest, key=latest.count)), rows[0]["version"], rows[0]["run"]) if latest else None
