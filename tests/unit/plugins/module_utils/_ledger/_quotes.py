# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of small services, for stories of the ledger on any database."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._ledger import runs
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.limits import Limits
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.owner import Owner
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger

HERE = Owner.of_process(os.getpid())
ELSEWHERE = Owner("other.example", 1, "1", "ci")


class Wall:
    """The clock on the wall, set by hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def start(
    ledger: Ledger,
    *batches: str,
    service: str = "quotes",
    version: str = "1.1",
    budget: int = 0,
    owner: Owner = HERE,
    take_over: Optional[str] = None,
    previous: Optional[str] = "1.0",
    window: Optional[int] = None,
    zones: Optional[Mapping[str, int]] = None,
    pools: Optional[Mapping[str, int]] = None,
    zone: Optional[str] = None,
    in_pools: Sequence[str] = (),
    lease_seconds: float = 3600,
) -> str:
    """Open a run whose batches are given as words; all its members are of ``zone`` and ``in_pools``."""
    members = [
        runs.PlannedMember(name, number, previous, zone, in_pools)
        for number, batch in enumerate(batches, 1)
        for name in batch.split()
    ]
    limits = Limits(window, zones or {}, pools or {})
    url, digest = f"http://store/{service}.tar.gz", "d" * 64
    new = runs.NewRun(service, version, digest, url, members, {}, "h", budget, limits, lease_seconds)
    return runs.open_run(ledger, new, owner, take_over).id


def outcomes(ledger: Ledger, run: str) -> dict[str, Any]:
    return {row["member"]: row["outcome"] for row in runs.read_run(ledger, run)["claims"]}


def kinds(ledger: Ledger, run: str) -> list[str]:
    return [event["kind"] for event in ledger.events(run)]
