# SPDX-License-Identifier: GPL-3.0-or-later
"""The gate's outcome as a module's result and as a message for an operator. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError
from ansible_collections.hybrid.rollout.plugins.module_utils._health.verdict import COULD_NOT_ASK, FAILED, UNDECIDED
from ansible_collections.hybrid.rollout.plugins.module_utils._results import model
from ansible_collections.hybrid.rollout.plugins.module_utils._results.model import Reading, counted
from ansible_collections.hybrid.rollout.plugins.module_utils._results.verdict import Reason

EXCERPT = 500
NAMED = 10

WHAT_TO_TRY = {
    FAILED: "Read failed_tests in the result, and what the tests logged.",
    UNDECIDED: "The tests came to no answer: see what they need to run, then run them again.",
    COULD_NOT_ASK: "This says nothing about the application: check that the tests ran to their end, and where they wrote.",
}


class ResultsNotPassed(RolloutError):
    """The gate stays shut; ``result`` tells counts, files and the tests that failed."""

    code = "gate_not_passed"

    def __init__(self, message: str, worst: Reason, paths: Sequence[str], result: dict[str, Any]) -> None:
        asked = worst.path or ", ".join(paths)
        super().__init__(message, endpoint=asked, command=f"read {asked}", reply=worst.words, result=result)


def described(readings: Sequence[Reading], verdict: str, reasons: Sequence[Reason]) -> dict[str, Any]:
    """The result of the module, the same keys whatever the verdict."""
    cases = [case for reading in readings for case in reading.report.cases]
    return {
        "changed": False,
        "verdict": verdict,
        "reasons": [reason.words for reason in reasons],
        "counts": counted(cases),
        "duration_seconds": round(sum(reading.report.seconds for reading in readings), 3),
        "files": [_file(reading) for reading in readings],
        "failed_tests": failed_tests(readings),
    }


def failed_tests(readings: Sequence[Reading]) -> list[dict[str, Any]]:
    return [
        {
            "name": case.name,
            "categories": list(case.categories),
            "message": case.message[:EXCERPT],
            "file": reading.path,
        }
        for reading in readings
        for case in reading.report.cases
        if case.outcome == model.FAILED
    ]


def summary(result: dict[str, Any], reasons: Sequence[Reason]) -> str:
    """What was read, what speaks against it, which tests failed in their own words, and what to try."""
    sentences = [f"Test results {result['verdict']}: {'; '.join(reason.words for reason in reasons)}."]
    failed = result["failed_tests"]
    for test in failed[:NAMED]:
        words = " ".join(test["message"].split()) or "no message"
        sentences.append(f"{test['name']} failed: {words[:EXCERPT]} ({test['file']}).")
    if len(failed) > NAMED:
        sentences.append(f"{len(failed) - NAMED} more failed.")
    return " ".join([*sentences, WHAT_TO_TRY[result["verdict"]]])


def _file(reading: Reading) -> dict[str, Any]:
    return {
        "path": reading.path,
        "format": reading.format,
        "counts": counted(reading.report.cases),
        "duration_seconds": round(reading.report.seconds, 3),
        "faults": list(reading.report.faults),
        "error": reading.error,
    }
