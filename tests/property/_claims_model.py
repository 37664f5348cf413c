# SPDX-License-Identifier: GPL-3.0-or-later
"""What the law says of runs and claims, in sets and plain words; it has no database, no events, and nothing of the ledger's code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Optional

LEASE_SECONDS = 60
FAILED = {"rolled_back", "out", "unreachable"}


@dataclass
class Run:
    service: str
    batch_of: Mapping[str, int]
    budget: int
    window: Optional[int]
    zone_limits: Mapping[str, int]
    pool_limits: Mapping[str, int]
    heard_at: float
    at_work: set[str] = field(default_factory=set)
    ended: dict[str, str] = field(default_factory=dict)
    paused: bool = False
    aborted: bool = False
    stopped: bool = False
    closed: Optional[str] = None

    @property
    def waiting(self) -> set[str]:
        return set(self.batch_of) - self.at_work - set(self.ended)

    @property
    def failed(self) -> int:
        return sum(outcome in FAILED for outcome in self.ended.values())

    def unfinished_before(self, member: str) -> int:
        return sum(self.batch_of[other] < self.batch_of[member] for other in self.at_work)

    def of_the_batch_at_hand(self) -> list[int]:
        """Places of the members whose turn it is: a play begins a batch when the one before has ended."""
        batch = min((batch for member, batch in self.batch_of.items() if member not in self.ended), default=None)
        return [place for place, member in enumerate(self.batch_of) if self.batch_of[member] == batch]

    def settle(self) -> None:
        """After anything that happened to it: closed when nobody is at work and nobody may or has to start."""
        if self.failed > self.budget:
            self.stopped = True
        if self.closed is None and not self.at_work and (self.stopped or not self.waiting):
            self.closed = "stopped" if self.stopped else "done"


@dataclass
class World:
    """``zone_of`` and ``pools_of`` say where each member is; ``runs`` are all that ever were."""

    zone_of: Mapping[str, str]
    pools_of: Mapping[str, set[str]]
    runs: list[Run] = field(default_factory=list)

    def open(self) -> list[Run]:
        return [run for run in self.runs if run.closed is None]

    def busy(self) -> list[str]:
        """Every member in somebody's hands, as often as it is."""
        return [member for run in self.open() for member in run.at_work]

    def reasons_against(self, run: Run, member: str) -> Iterator[str]:
        """Why the member may not start in the run now."""
        if run.closed or run.stopped:
            yield "over"
        if member not in run.waiting:
            yield "not waiting"
            return
        if run.failed + run.unfinished_before(member) > run.budget:
            yield "budget"
        if run.paused:
            yield "paused"
        if member in self.busy():
            yield "in other hands"
        if run.window is not None and len(run.at_work) >= run.window:
            yield "window"
        yield from self._full(member)

    def _full(self, member: str) -> Iterator[str]:
        zone = self.zone_of[member]
        in_zone = sum(self.zone_of[other] == zone for other in self.busy())
        if any(in_zone >= run.zone_limits.get(zone, 1000) for run in self.open()):
            yield "zone"
        for pool in self.pools_of[member]:
            in_pool = sum(pool in self.pools_of[other] for other in self.busy())
            if any(in_pool >= run.pool_limits.get(pool, 1000) for run in self.open()):
                yield "pool"

    def check(self) -> None:
        """The safety of the world as it is, whoever let it become so."""
        busy = self.busy()
        assert len(busy) == len(set(busy)), "a member is in two hands"
        services = [run.service for run in self.open()]
        assert len(services) == len(set(services)), "a service has two runs"
        for run in self.open():
            assert run.window is None or len(run.at_work) <= run.window, "more than the window"
