# SPDX-License-Identifier: GPL-3.0-or-later
"""What the ledger tells of a service's releases: who ran them, in which order, and which runs had to do with which. Private to hybrid.rollout."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.looking_back import VERSIONS
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger


@dataclass(frozen=True)
class PastRun:
    """``versions`` is every version that a member of it had before or was to get (None: one that nobody knew). ``release`` is what it
    rolled out, None where it brought members back. It is open while ``closed_at`` is None."""

    id: str
    release: Optional[str]
    closed_at: Optional[float]
    versions: frozenset[Optional[str]]
    before: Sequence[str] = ()


@dataclass(frozen=True)
class Past:
    """``runs`` oldest first, ``members`` of all of them."""

    runs: Sequence[PastRun] = ()
    members: Sequence[str] = ()

    def releases(self) -> list[Sequence[str]]:
        """In the order in which the ledger met them: what was there before a release as one group, then the release."""
        return [group for run in self.runs if run.release for group in (run.before, [run.release])]


def read_past(ledger: Ledger, service: str) -> Past:
    runs = ledger.rows(
        "SELECT id, version, digest, closed_at, plan FROM runs WHERE service = ? ORDER BY opened_at, id", (service,)
    )
    claims = ledger.rows(
        "SELECT claims.run, claims.member, claims.previous_version FROM claims JOIN runs ON runs.id = claims.run"
        " WHERE runs.service = ? ORDER BY claims.run, claims.position",
        (service,),
    )
    versions_before: dict[str, list[Optional[str]]] = {}
    for claim in claims:
        versions_before.setdefault(claim["run"], []).append(claim["previous_version"])
    past = []
    for run in runs:
        before = versions_before.get(run["id"], [])
        release = run["version"] if run["digest"] else None
        wanted = [release] if release else json.loads(run["plan"]).get(VERSIONS, {}).values()
        known = list(dict.fromkeys(version for version in before if version))
        past.append(PastRun(run["id"], release, run["closed_at"], frozenset([*before, *wanted]), known))
    return Past(past, sorted({claim["member"] for claim in claims}))
