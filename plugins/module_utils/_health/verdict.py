# SPDX-License-Identifier: GPL-3.0-or-later
"""From answers to a verdict: successes in a row, failures tolerated, and what the last answer allows. Pure. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._health.expectation import Condition, mismatch
from ansible_collections.hybrid.rollout.plugins.module_utils._health.observation import Observation, Target

PASSED, UNDECIDED, COULD_NOT_ASK, FAILED = "passed", "undecided", "could_not_ask", "failed"
# What is known to be bad decides, then what is not known.
BEST_TO_WORST = (PASSED, UNDECIDED, COULD_NOT_ASK, FAILED)


@dataclass(frozen=True)
class Question:
    """What a target has to answer, how often in a row, which answers settle the matter for the worse, how many that are not
    good enough are tolerated before they do, and what an answer without data stands for."""

    expect: Condition
    consecutive_successes: int
    fail_on: tuple[Condition, ...] = ()
    tolerate_failures: Optional[int] = None
    tolerate_failures_in_a_row: Optional[int] = None
    no_data: str = UNDECIDED


@dataclass(frozen=True)
class Tally:
    """What one target has answered so far. ``standing`` is what the last answer says for itself, ``reason`` why it was not good enough."""

    attempts: int = 0
    successes_in_a_row: int = 0
    last: Observation = field(default_factory=Observation)
    at_seconds: float = 0.0
    reason: Optional[str] = None
    doomed: bool = False
    standing: str = UNDECIDED
    failures: int = 0
    failures_in_a_row: int = 0


@dataclass(frozen=True)
class Judged:
    """One target with what it answered (``course`` is every tally on the way) and what that amounts to."""

    target: Target
    tally: Tally
    verdict: str
    course: tuple[Tally, ...] = ()


def count(tally: Tally, question: Question, answer: Observation, at_seconds: float) -> Tally:
    """The tally after one more answer."""
    standing, reason, doomed = _judge(question, answer)
    failures, in_a_row = tally.failures, tally.failures_in_a_row
    if standing == FAILED:
        failures, in_a_row = failures + 1, in_a_row + 1
    elif standing == PASSED:
        in_a_row = 0
    if standing == FAILED and not doomed:
        too_many = _not_tolerated(question, failures, in_a_row)
        doomed, reason = bool(too_many), f"{reason}; {too_many}" if too_many else reason
    successes = tally.successes_in_a_row + 1 if standing == PASSED else 0
    return Tally(tally.attempts + 1, successes, answer, at_seconds, reason, doomed, standing, failures, in_a_row)


def _judge(question: Question, answer: Observation) -> tuple[str, Optional[str], bool]:
    """What one answer says for itself, why, and whether it settles the matter for the worse."""
    if answer.no_data:
        if question.no_data == PASSED:
            return PASSED, None, False
        return question.no_data, answer.reason, False
    reason = answer.reason if answer.judged else mismatch(question.expect, answer)
    met = (
        [] if answer.judged else [n for n, condition in enumerate(question.fail_on) if not mismatch(condition, answer)]
    )
    if met:
        reason = f"the answer meets fail_on[{met[0]}]" + (f"; {reason}" if reason else "")
    if reason is None:
        return PASSED, None, False
    return COULD_NOT_ASK if answer.could_not_ask else FAILED, reason, bool(met) or answer.final


def _not_tolerated(question: Question, failures: int, in_a_row: int) -> Optional[str]:
    if question.tolerate_failures is not None and failures > question.tolerate_failures:
        return f"failures: {failures}, tolerated: {question.tolerate_failures}"
    if question.tolerate_failures_in_a_row is not None and in_a_row > question.tolerate_failures_in_a_row:
        return f"failures in a row: {in_a_row}, tolerated: {question.tolerate_failures_in_a_row}"
    return None


def passed(tally: Tally, question: Question) -> bool:
    return tally.successes_in_a_row >= question.consecutive_successes


def verdict(tally: Tally, question: Question, cut_short: bool = False) -> str:
    """What the answers allow to say when nothing more is asked; ``cut_short`` if that was before the deadline."""
    if passed(tally, question):
        return PASSED
    if tally.standing == COULD_NOT_ASK:
        return COULD_NOT_ASK
    if tally.standing != FAILED or (cut_short and not tally.doomed):
        return UNDECIDED
    return FAILED


def overall(verdicts: Iterable[str], needed: int) -> str:
    """What ``needed`` targets reach at least: their worst where all are needed, their best where any one will do."""
    return sorted(verdicts, key=BEST_TO_WORST.index)[needed - 1]
