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
    the run wanted on it."""

    run: str
    version: str
    previous_version: Optional[str]
    outcome: Optional[str]
    reason: Optional[str]


def last_claims(ledger: Ledger, service: str) -> dict[str, LastClaim]:
    """By member, from the latest run in which it was claimed."""
    rows = ledger.rows(
        "SELECT claims.member, claims.run, claims.previous_version, claims.outcome, claims.reason,"
        " runs.version, runs.plan"
        " FROM claims JOIN runs ON runs.id = claims.run"
        " WHERE runs.service = ? AND claims.claimed_at IS NOT NULL ORDER BY claims.claimed_at",
        (service,),
    )
    return {
        row["member"]: LastClaim(
            row["run"],
            json.loads(row["plan"]).get(VERSIONS, {}).get(row["member"], row["version"]),
            row["previous_version"],
            row["outcome"],
            row["reason"],
        )
        for row in rows
    }
