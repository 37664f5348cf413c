# SPDX-License-Identifier: GPL-3.0-or-later
"""From answers to a verdict: successes in a row, and what the last answer allows. Pure. Private to hybrid.rollout."""

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
    """What a target has to answer, how often in a row, and which answers settle the matter for the worse."""

    expect: Condition
    consecutive_successes: int
    fail_on: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Tally:
    """What one target has answered so far. ``reason`` is why the last answer was not good enough."""

    attempts: int = 0
    successes_in_a_row: int = 0
    last: Observation = field(default_factory=Observation)
    at_seconds: float = 0.0
    reason: Optional[str] = None
    doomed: bool = False


@dataclass(frozen=True)
class Judged:
    """One target with what it answered and what that amounts to."""

    target: Target
    tally: Tally
    verdict: str


def count(tally: Tally, question: Question, answer: Observation, at_seconds: float) -> Tally:
    """The tally after one more answer."""
    reason = mismatch(question.expect, answer)
    doomed = [number for number, condition in enumerate(question.fail_on) if mismatch(condition, answer) is None]
    if doomed:
        reason = f"the answer meets fail_on[{doomed[0]}]" + (f"; {reason}" if reason else "")
    in_a_row = 0 if reason else tally.successes_in_a_row + 1
    return Tally(tally.attempts + 1, in_a_row, answer, at_seconds, reason, bool(doomed))


def passed(tally: Tally, question: Question) -> bool:
    return tally.successes_in_a_row >= question.consecutive_successes


def verdict(tally: Tally, question: Question, cut_short: bool = False) -> str:
    """What the answers allow to say when nothing more is asked; ``cut_short`` if that was before the deadline."""
    if passed(tally, question):
        return PASSED
    if tally.last.could_not_ask:
        return COULD_NOT_ASK
    if tally.reason is None or (cut_short and not tally.doomed):
        return UNDECIDED
    return FAILED


def overall(verdicts: Iterable[str]) -> str:
    """The worst of them: only a gate whose every target passed is open."""
    return max(verdicts, key=BEST_TO_WORST.index)
