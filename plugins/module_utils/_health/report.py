# SPDX-License-Identifier: GPL-3.0-or-later
"""A gate's outcome as a module's result and as a message for an operator. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError
from ansible_collections.hybrid.rollout.plugins.module_utils._health.arguments import Asking
from ansible_collections.hybrid.rollout.plugins.module_utils._health.expectation import version_of
from ansible_collections.hybrid.rollout.plugins.module_utils._health.json_path import engine
from ansible_collections.hybrid.rollout.plugins.module_utils._health.measurement import SHOWN, measurements
from ansible_collections.hybrid.rollout.plugins.module_utils._health.verdict import (
    COULD_NOT_ASK,
    FAILED,
    PASSED,
    UNDECIDED,
    Judged,
    overall,
)

EXCERPT = 200

WHAT_TO_TRY = {
    FAILED: "Read the log of the service on each target that failed.",
    UNDECIDED: "Too few good answers in a row: look for flapping or missing data, or raise timeout_seconds.",
    COULD_NOT_ASK: "This says nothing about the application: check name, route and trust from where the gate runs.",
}


class GateNotPassed(RolloutError):
    """The gate stays shut; ``result`` tells the verdict of each target."""

    code = "gate_not_passed"

    def __init__(self, message: str, judged: Sequence[Judged], result: dict[str, Any]) -> None:
        worst = next(one for one in judged if one.verdict == result["verdict"])
        super().__init__(
            message, endpoint=worst.target.name, command=worst.target.asked, reply=_last_words(worst), result=result
        )


def described(judged: Sequence[Judged], asking: Asking, waited_seconds: float) -> dict[str, Any]:
    """The result of the module, the same keys whatever the verdict."""
    return {
        "changed": False,
        "verdict": overall([one.verdict for one in judged], asking.needed),
        "targets": [_target(one, asking) for one in judged],
        "measurements": measurements(judged)[-SHOWN:],
        "waited_seconds": round(waited_seconds, 3),
        "json_path_engine": engine(),
    }


def summary(judged: Sequence[Judged], asking: Asking, result: dict[str, Any]) -> str:
    """What was asked of whom, what came back, for how long, and what to try."""
    shut = [one for one in judged if one.verdict != PASSED]
    sentences = [
        f"Health gate {result['verdict']} after {result['waited_seconds']:g} s: "
        f"{len(shut)} of {len(judged)} targets did not pass"
        + (f", {asking.needed} would have had to." if asking.needed < len(judged) else ".")
    ]
    for one in shut:
        sentences.append(
            f"{one.target.name} {one.verdict}: {one.target.asked}: {_last_words(one)} (last of {one.tally.attempts} "
            f"attempts, {one.tally.successes_in_a_row} of {asking.question.consecutive_successes} successes in a row)."
        )
    return " ".join([*sentences, WHAT_TO_TRY[result["verdict"]]])


def _last_words(one: Judged) -> str:
    last = one.tally.last
    said = one.tally.reason or "the answer was as expected"
    if last.status is None:
        return said
    return f"{said}; it answered status {last.status} with {last.body[:EXCERPT]!r}"


def _target(one: Judged, asking: Asking) -> dict[str, Any]:
    tally = one.tally
    return {
        "name": one.target.name,
        "verdict": one.verdict,
        "asked": one.target.asked,
        "attempts": tally.attempts,
        "successes_in_a_row": tally.successes_in_a_row,
        "failures": tally.failures,
        "last": {
            "at_seconds": round(tally.at_seconds, 3),
            "status": tally.last.status,
            "version": version_of(tally.last, asking.question.expect.version_path),
            "value": tally.last.value,
            "error": tally.last.error,
            "body_excerpt": tally.last.body[:EXCERPT],
            "reason": tally.reason,
        },
    }
