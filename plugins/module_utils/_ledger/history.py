# SPDX-License-Identifier: GPL-3.0-or-later
"""What the ledger remembers of a member from earlier runs. Private to hybrid.rollout."""

from __future__ import annotations

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
