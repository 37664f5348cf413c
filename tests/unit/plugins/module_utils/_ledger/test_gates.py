# SPDX-License-Identifier: GPL-3.0-or-later
"""What gates answered, found again by step, occasion and question."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger import gates
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._ledger._quotes import start

ANSWER: dict[str, Any] = {"occasion": "start", "question": "a" * 64, "verdict": "passed", "opened": True, "answer": {}}


def test_the_same_question_on_the_same_occasion_finds_its_answer(ledger: Ledger) -> None:
    run = start(ledger, "app1")
    gates.write_answer(ledger, run, "artifact_gate", ANSWER)
    gates.write_answer(ledger, run, "artifact_gate", {**ANSWER, "question": "b" * 64, "verdict": "failed"})
    assert gates.answer_before(ledger, run, "artifact_gate", "start", "a" * 64) == ANSWER


@pytest.mark.parametrize(
    "asked",
    [("alert_gate", "start", "a" * 64), ("artifact_gate", "batch 2", "a" * 64), ("artifact_gate", "start", "b" * 64)],
)
def test_another_step_occasion_or_question_has_no_answer_yet(ledger: Ledger, asked: tuple[str, str, str]) -> None:
    run = start(ledger, "app1")
    gates.write_answer(ledger, run, "artifact_gate", ANSWER)
    assert gates.answer_before(ledger, run, *asked) is None


def test_an_answer_that_does_not_say_what_was_asked_is_read_and_opens_nothing_else(ledger: Ledger) -> None:
    """As an older release of the collection has written it."""
    run = start(ledger, "app1")
    older = {key: value for key, value in ANSWER.items() if key != "question"}
    gates.write_answer(ledger, run, "artifact_gate", older)
    assert gates.answer_before(ledger, run, "artifact_gate", "start", "a" * 64) is None
    assert ledger.events(run)[-1]["detail"] == older
