# SPDX-License-Identifier: GPL-3.0-or-later
"""How long members of a service took before, from the ledger's finished claims. Private to hybrid.rollout."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from statistics import median

from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger

LATEST_OF_A_MEMBER = 9
LATEST_OF_A_SERVICE = 10_000


def seconds_taken(ledger: Ledger, service: str) -> list[tuple[str, float]]:
    """Member and seconds of each claim that ended well, the latest first. Others tell how long trouble took."""
    rows = ledger.rows(
        "SELECT claims.member, claims.finished_at - claims.claimed_at AS seconds FROM claims JOIN runs ON runs.id = claims.run"
        " WHERE runs.service = ? AND claims.outcome = 'done' AND claims.claimed_at IS NOT NULL AND claims.finished_at IS NOT NULL"
        " ORDER BY claims.finished_at DESC, claims.member LIMIT ?",
        (service, LATEST_OF_A_SERVICE),
    )
    return [(str(row["member"]), float(row["seconds"])) for row in rows]


def expected_seconds(taken: Iterable[tuple[str, float]], members: Sequence[str]) -> dict[str, int]:
    """For each member the median of what it took, for one without a past that of all members; nothing where there is no past."""
    of_member: dict[str, list[float]] = {}
    for member, seconds in taken:
        own = of_member.setdefault(member, [])
        if seconds >= 0 and len(own) < LATEST_OF_A_MEMBER:
            own.append(seconds)
    medians = {member: math.ceil(median(own)) for member, own in of_member.items() if own}
    if not medians:
        return {}
    usual = math.ceil(median(medians.values()))
    return {member: medians.get(member, usual) for member in members}
