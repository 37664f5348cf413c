# SPDX-License-Identifier: GPL-3.0-or-later
"""What earlier runs had to do with each member of a service. Private to hybrid.rollout."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger

VERSIONS = "versions"  # in the plan of a run that brings each member back with a version of its own


@dataclass(frozen=True)
class LastClaim:
    """A member's latest claim. ``outcome`` is None where nobody has written down how it ended; ``version`` is what
    the run wanted on it, which for one that was to be ``brought_back`` is a version that it had before."""

    run: str
    version: str
    previous_version: Optional[str]
    outcome: Optional[str]
    reason: Optional[str]
    brought_back: bool = False


def last_claims(ledger: Ledger, service: str) -> dict[str, LastClaim]:
    """By member, from the latest run in which it was claimed."""
    rows = ledger.rows(
        "SELECT claims.member, claims.run, claims.previous_version, claims.outcome, claims.reason, runs.version, runs.digest"
        " FROM claims JOIN runs ON runs.id = claims.run"
        " WHERE runs.service = ? AND claims.claimed_at IS NOT NULL ORDER BY claims.claimed_at",
        (service,),
    )
    latest = {row["member"]: row for row in rows}
    versions = {run: _versions(ledger, run) for run in {row["run"] for row in latest.values() if not row["digest"]}}
    return {
        member: LastClaim(
            row["run"],
            str(versions.get(row["run"], {}).get(member, row["version"])),
            row["previous_version"],
            row["outcome"],
            row["reason"],
            brought_back=not row["digest"],
        )
        for member, row in latest.items()
    }


def _versions(ledger: Ledger, run: str) -> dict[str, str]:
    """What a run that rolls out no release wants on each of its members."""
    rows = ledger.rows("SELECT plan FROM runs WHERE id = ?", (run,))
    versions: dict[str, str] = json.loads(rows[0]["plan"]).get(VERSIONS, {})
    return versions
