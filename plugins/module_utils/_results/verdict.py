# SPDX-License-Identifier: GPL-3.0-or-later
"""From what the files say to one verdict. Pure. Private to hybrid.rollout.

What is known to be bad decides before what is not known. What only a missing file could still change is not judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._health.verdict import (
    COULD_NOT_ASK,
    FAILED,
    PASSED,
    UNDECIDED,
    overall,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._results import model
from ansible_collections.hybrid.rollout.plugins.module_utils._results.model import Case, Reading, counted

ALLOWED = "allowed"


@dataclass(frozen=True)
class Policy:
    """What opens the gate."""

    max_failed: Optional[int] = 0
    max_failed_percent: Optional[float] = None
    max_skipped: Optional[int] = None
    min_tests: int = 1
    required_categories: tuple[str, ...] = ()
    required_tests: tuple[str, ...] = ()
    no_tests: str = FAILED
    inconclusive: str = UNDECIDED


@dataclass(frozen=True)
class Reason:
    """One thing that keeps the gate shut."""

    verdict: str
    words: str
    path: Optional[str] = None


def judge(readings: Sequence[Reading], policy: Policy) -> tuple[str, list[Reason]]:
    """The verdict with all that speaks against the best one."""
    cases = [case for reading in readings for case in reading.report.cases]
    reasons = [*_of_files(readings), *_too_many(cases, policy), *_not_as_required(cases, policy)]
    if not any(reading.error for reading in readings):
        reasons += [*_too_large_a_share(cases, policy), *_too_few(cases, policy)]
    verdicts = [PASSED, *(reason.verdict for reason in reasons)]
    return overall(verdicts, needed=len(verdicts)), reasons


def _of_files(readings: Sequence[Reading]) -> Iterator[Reason]:
    for reading in readings:
        for fault in reading.report.faults:
            yield Reason(FAILED, f"{reading.path}: {fault}", reading.path)
        if reading.error:
            yield Reason(COULD_NOT_ASK, f"{reading.path}: {reading.error}", reading.path)


def _too_many(cases: Sequence[Case], policy: Policy) -> Iterator[Reason]:
    counts = counted(cases)
    failed, skipped, inconclusive = counts[model.FAILED], counts[model.SKIPPED], counts[model.INCONCLUSIVE]
    if policy.max_failed is not None and failed > policy.max_failed:
        yield Reason(FAILED, f"{failed} of {len(cases)} tests failed, max_failed is {policy.max_failed}")
    if policy.max_skipped is not None and skipped > policy.max_skipped:
        yield Reason(FAILED, f"{skipped} of {len(cases)} tests were skipped, max_skipped is {policy.max_skipped}")
    if inconclusive and policy.inconclusive != ALLOWED:
        yield Reason(policy.inconclusive, f"{inconclusive} of {len(cases)} tests were inconclusive")


def _not_as_required(cases: Sequence[Case], policy: Policy) -> Iterator[Reason]:
    for name in policy.required_tests:
        other = sorted({case.outcome for case in cases if case.name == name and case.outcome != model.PASSED})
        if other:
            yield Reason(FAILED, f"the required test {name} was {' and '.join(other)}")


def _too_large_a_share(cases: Sequence[Case], policy: Policy) -> Iterator[Reason]:
    counts = counted(cases)
    failed, ran = counts[model.FAILED], len(cases) - counts[model.SKIPPED]
    allowed = policy.max_failed_percent
    if allowed is not None and failed * 100 > allowed * ran:
        yield Reason(FAILED, f"{failed} of the {ran} tests that ran failed, max_failed_percent is {allowed:g}")


def _too_few(cases: Sequence[Case], policy: Policy) -> Iterator[Reason]:
    """Only tests that passed count, so that one more failed test can never open a gate."""
    passed = counted(cases)[model.PASSED]
    if all(case.outcome == model.SKIPPED for case in cases):
        yield Reason(policy.no_tests, "no test ran" + (f", {len(cases)} were skipped" if cases else ""))
    elif passed < policy.min_tests:
        yield Reason(FAILED, f"{passed} of {len(cases)} tests passed, min_tests is {policy.min_tests}")
    seen = {category for case in cases if case.outcome == model.PASSED for category in case.categories}
    for category in policy.required_categories:
        if category not in seen:
            yield Reason(FAILED, f"no test of the required category {category} passed")
    names = {case.name for case in cases}
    for name in policy.required_tests:
        if name not in names:
            yield Reason(FAILED, f"the required test {name} is in none of the files")
