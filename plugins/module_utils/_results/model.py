# SPDX-License-Identifier: GPL-3.0-or-later
"""What a file of test results says, whatever its format. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

PASSED, FAILED, SKIPPED, INCONCLUSIVE = "passed", "failed", "skipped", "inconclusive"
OUTCOMES = (PASSED, FAILED, SKIPPED, INCONCLUSIVE)


class Unreadable(Exception):
    """A file that cannot be judged. The words follow its path and a colon in messages."""


@dataclass(frozen=True)
class Case:
    """One test with its outcome; an error counts as failed. ``message`` is why it did not pass, in its own words."""

    name: str
    outcome: str
    categories: tuple[str, ...] = ()
    message: str = ""


@dataclass(frozen=True)
class Report:
    """One run of tests. ``faults`` is what went wrong with the run as a whole, outside its tests."""

    cases: tuple[Case, ...]
    faults: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True)
class Reading:
    """One file: what it says, or the ``error`` that there was instead."""

    path: str
    format: Optional[str] = None
    report: Report = Report(())
    error: Optional[str] = None


def counted(cases: Sequence[Case]) -> dict[str, int]:
    counts = {outcome: sum(case.outcome == outcome for case in cases) for outcome in OUTCOMES}
    return {"total": len(cases), **counts}


def compare(shown: Sequence[Case], said_total: int, said_failed: int) -> list[str]:
    """Hold a file against the sums that it gives itself: fewer tests make it incomplete, fewer failures are a fault."""
    if said_total > len(shown):
        raise Unreadable(f"it is incomplete: it says that it has {said_total} tests, and {len(shown)} are in it")
    failed = counted(shown)[FAILED]
    if said_failed > failed:
        return [f"the file says {said_failed} failed, and {failed} of its tests did"]
    return []
