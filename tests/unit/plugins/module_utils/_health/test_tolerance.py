# SPDX-License-Identifier: GPL-3.0-or-later
"""How many bad answers a gate lets pass, how many targets it needs, and when it stops asking."""

from __future__ import annotations

from typing import Any, Callable

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._health.gate import run
from ansible_collections.hybrid.rollout.plugins.module_utils._health.observation import Observation, without_data
from ansible_collections.hybrid.rollout.plugins.module_utils._health.report import GateNotPassed

Options = Callable[..., dict[str, Any]]

GOOD, BAD = Observation(200), Observation(500)
NO_NAME = Observation(error="Name or service not known", could_not_ask=True)
SILENT = without_data("0 samples")


def shut(options: dict[str, Any], clock: Clock) -> GateNotPassed:
    with pytest.raises(GateNotPassed) as caught:
        run(options, False, clock)
    return caught.value


def test_tolerated_failures_are_let_pass_and_one_more_ends_the_gate(
    script: Any, options: Options, clock: Clock
) -> None:
    script.answers_of("app1", GOOD, BAD, GOOD, BAD, GOOD)
    assert run(options("app1", tolerate_failures=2), False, clock)["verdict"] == "passed"
    script.answers_of("app1", GOOD, BAD, GOOD, BAD, GOOD)
    error = shut(options("app1", tolerate_failures=1), clock)
    assert (error.result["verdict"], error.result["targets"][0]["attempts"]) == ("failed", 4)
    assert "status 500, expected 200; failures: 2, tolerated: 1" in str(error)


def test_failures_in_a_row_are_counted_anew_after_a_good_answer(script: Any, options: Options, clock: Clock) -> None:
    script.answers_of("app1", BAD, BAD, GOOD, BAD, BAD, GOOD)
    assert run(options("app1", tolerate_failures_in_a_row=2), False, clock)["verdict"] == "passed"
    script.answers_of("app1", BAD, GOOD, BAD, BAD, BAD, GOOD)
    error = shut(options("app1", tolerate_failures_in_a_row=2), clock)
    assert error.result["targets"][0]["attempts"] == 5
    assert "failures in a row: 3, tolerated: 2" in str(error)


def test_with_no_failure_tolerated_the_first_one_ends_the_gate(script: Any, options: Options, clock: Clock) -> None:
    script.answers_of("app1", BAD, GOOD)
    assert shut(options("app1", tolerate_failures=0), clock).result["waited_seconds"] == 0.0


def test_what_could_not_be_asked_is_no_failure_of_the_application(script: Any, options: Options, clock: Clock) -> None:
    script.answers_of("app1", NO_NAME, NO_NAME, NO_NAME, GOOD)
    result = run(options("app1", tolerate_failures=0, tolerate_failures_in_a_row=0), False, clock)
    assert (result["verdict"], result["targets"][0]["failures"]) == ("passed", 0)


@pytest.mark.parametrize(("policy", "verdict"), [("failed", "failed"), ("undecided", "undecided")])
def test_no_data_does_not_open_the_gate(script: Any, options: Options, clock: Clock, policy: str, verdict: str) -> None:
    script.answers_of("app1", SILENT)
    error = shut(options("app1", no_data=policy), clock)
    assert (error.result["verdict"], error.result["targets"][0]["last"]["reason"]) == (verdict, "0 samples")


def test_no_data_is_undecided_unless_said_otherwise_and_ends_a_row_of_good_answers(
    script: Any, options: Options, clock: Clock
) -> None:
    script.answers_of("app1", GOOD, GOOD, SILENT, GOOD)
    result = run(options("app1", tolerate_failures=0), False, clock)
    assert (result["verdict"], result["targets"][0]["attempts"]) == ("passed", 6)


def test_no_data_opens_the_gate_only_where_that_was_asked_for(script: Any, options: Options, clock: Clock) -> None:
    script.answers_of("app1", SILENT)
    assert run(options("app1", no_data="passed"), False, clock)["verdict"] == "passed"


def test_no_data_is_a_failure_that_can_be_tolerated_where_it_counts_as_one(
    script: Any, options: Options, clock: Clock
) -> None:
    script.answers_of("app1", SILENT, GOOD)
    assert shut(options("app1", no_data="failed", tolerate_failures=0), clock).result["targets"][0]["attempts"] == 1


def test_any_target_will_do_and_the_others_are_asked_no_more(script: Any, options: Options, clock: Clock) -> None:
    script.answers_of("app1", BAD)
    script.answers_of("app2", GOOD)
    result = run(options("app1", "app2", require="any", timeout_seconds=1e9), False, clock)
    assert result["verdict"] == "passed"
    assert [target["verdict"] for target in result["targets"]] == ["undecided", "passed"]


@pytest.mark.parametrize(("needed", "verdict"), [(1, "passed"), (2, "passed"), (3, "could_not_ask"), (4, "failed")])
def test_the_gate_says_what_the_number_asked_for_reaches(
    script: Any, options: Options, clock: Clock, needed: int, verdict: str
) -> None:
    for name, answer in (("app1", BAD), ("app2", GOOD), ("app3", NO_NAME), ("app4", GOOD)):
        script.answers_of(name, answer)
    asked = {"require": "at_least", "at_least": needed, "consecutive_successes": 1, "report_only": True}
    given = options("app1", "app2", "app3", "app4", **asked)
    assert run(given, False, clock)["verdict"] == verdict


def test_the_gate_ends_when_too_many_are_doomed_and_not_before(script: Any, options: Options, clock: Clock) -> None:
    script.answers_of("app1", BAD)
    script.answers_of("app2", NO_NAME, NO_NAME, NO_NAME, NO_NAME, GOOD)
    given = options("app1", "app2", require="any", tolerate_failures=0, timeout_seconds=1e9)
    assert run(given, False, clock)["verdict"] == "passed"
    script.answers_of("app2", NO_NAME, BAD)
    error = shut(given, clock)
    assert [target["verdict"] for target in error.result["targets"]] == ["failed", "failed"]
    assert "2 of 2 targets did not pass, 1 would have had to." in str(error)


def test_report_only_keeps_the_verdict_and_does_not_stop_the_play(script: Any, options: Options, clock: Clock) -> None:
    script.answers_of("app1", BAD)
    result = run(options("app1", report_only=True, timeout_seconds=1.0), False, clock)
    assert (result["verdict"], result["targets"][0]["attempts"]) == ("failed", 3)
    assert "app1 failed: GET http://app1:8080/health: status 500, expected 200" in result["msg"]


def test_an_initial_delay_comes_before_the_first_question_and_before_the_deadline(
    script: Any, options: Options, clock: Clock
) -> None:
    script.answers_of("app1", GOOD)
    given = options("app1", initial_delay_seconds=20.0, timeout_seconds=1.0)
    result = run(given, False, clock)
    assert (result["waited_seconds"], result["targets"][0]["last"]["at_seconds"]) == (21.0, 1.0)
    before = clock.now()
    run(given, True, clock)
    assert clock.now() == before


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"tolerate_failures": -1}, "tolerate_failures is -1"),
        ({"tolerate_failures_in_a_row": -1}, "tolerate_failures_in_a_row is -1"),
        ({"initial_delay_seconds": float("inf")}, "initial_delay_seconds is inf"),
        ({"require": "at_least"}, "at_least is None; of 1 targets"),
        ({"require": "at_least", "at_least": 2}, "at_least is 2; of 1 targets a number from 1 to 1"),
        ({"require": "at_least", "at_least": 0}, "at_least is 0"),
        ({"at_least": 1}, "at_least is 1, and require is all"),
        ({"evidence_path": "/nowhere/gate.json"}, "evidence_path is '/nowhere/gate.json'"),
        ({"targets": [{"name": "a", "url": "http://a", "probe": "tcp"}]}, "has the probe tcp and the options of http"),
    ],
)
def test_what_cannot_be_meant_is_told_before_anybody_is_asked(
    script: Any, options: Options, clock: Clock, given: dict[str, Any], words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        run(options("app1", **given), False, clock)
    assert script.asked == []
