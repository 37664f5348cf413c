# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
from typing import Any, Callable

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.plugins.module_utils._health.gate import run
from ansible_collections.hybrid.rollout.plugins.module_utils._health.observation import Observation
from ansible_collections.hybrid.rollout.plugins.module_utils._health.report import GateNotPassed

Options = Callable[..., dict[str, Any]]

READY = Observation(200, {}, json.dumps({"version": "1.1", "ready": True}))
OLD = Observation(200, {}, json.dumps({"version": "1.0", "ready": True}))
WARMING_UP = Observation(503, {}, json.dumps({"version": "1.1", "ready": False}))
BROKEN = Observation(500, {}, "Traceback: boom")
REFUSED = Observation(error="[Errno 111] Connection refused")
NO_NAME = Observation(error="Name or service not known", could_not_ask=True)


def shut(options: dict[str, Any], clock: Clock) -> GateNotPassed:
    with pytest.raises(GateNotPassed) as caught:
        run(options, False, clock)
    return caught.value


def test_a_member_that_warms_up_passes_after_enough_good_answers_in_a_row(
    script: Any, options: Options, clock: Clock
) -> None:
    script.answers_of("app1", REFUSED, WARMING_UP, READY, WARMING_UP, READY)
    result = run(options("app1", version="1.1"), False, clock)
    assert result["verdict"] == "passed"
    assert result["changed"] is False
    assert result["targets"][0]["attempts"] == 7
    assert result["waited_seconds"] == 3.0


def test_a_flapping_member_never_passes(script: Any, options: Options, clock: Clock) -> None:
    script.answers_of("app1", *[READY, READY, BROKEN] * 41)
    assert shut(options("app1"), clock).result["verdict"] == "undecided"


def test_the_old_version_fails_the_gate_and_is_named(script: Any, options: Options, clock: Clock) -> None:
    script.answers_of("app1", OLD)
    error = shut(options("app1", version="1.1", timeout_seconds=10.0), clock)
    assert error.result["verdict"] == "failed"
    assert error.result["waited_seconds"] == 10.0
    assert error.result["targets"][0]["last"]["version"] == "1.0"
    assert "app1 failed: GET http://app1:8080/health: it runs version 1.0, expected 1.1" in str(error)
    assert error.failure()["endpoint"] == "app1"


def test_good_answers_that_came_too_late_leave_it_undecided(script: Any, options: Options, clock: Clock) -> None:
    script.answers_of("app1", WARMING_UP, WARMING_UP, READY)
    error = shut(options("app1", timeout_seconds=1.0), clock)
    assert error.result["verdict"] == "undecided"
    assert "1 of 3 successes in a row" in str(error)


def test_a_name_that_nobody_knows_says_nothing_about_the_application(
    script: Any, options: Options, clock: Clock
) -> None:
    script.answers_of("app1", NO_NAME)
    error = shut(options("app1"), clock)
    assert error.result["verdict"] == "could_not_ask"
    assert "This says nothing about the application" in str(error)


def test_one_target_that_is_known_to_be_bad_decides_over_one_that_is_not_known(
    script: Any, options: Options, clock: Clock
) -> None:
    script.answers_of("app1", NO_NAME)
    script.answers_of("app2", BROKEN)
    error = shut(options("app1", "app2", timeout_seconds=0.0), clock)
    assert [target["verdict"] for target in error.result["targets"]] == ["could_not_ask", "failed"]
    assert error.result["verdict"] == "failed"
    assert error.failure()["endpoint"] == "app2"
    assert "Traceback: boom" in str(error)


def test_a_condition_of_fail_on_ends_the_wait_at_once(script: Any, options: Options, clock: Clock) -> None:
    script.answers_of("app1", WARMING_UP, BROKEN, READY)
    error = shut(options("app1", fail_on=[{"status": [404]}, {"status": [500], "body_contains": "boom"}]), clock)
    assert error.result["verdict"] == "failed"
    assert error.result["targets"][0]["attempts"] == 2
    assert error.result["waited_seconds"] == 0.5
    assert "the answer meets fail_on[1]; status 500, expected 200" in str(error)


def test_one_doomed_target_ends_the_gate_and_leaves_the_others_undecided(
    script: Any, options: Options, clock: Clock
) -> None:
    script.answers_of("app1", BROKEN)
    script.answers_of("app2", WARMING_UP)
    error = shut(options("app1", "app2", fail_on=[{"status": [500]}], timeout_seconds=1e9), clock)
    verdicts = {target["name"]: target for target in error.result["targets"]}
    assert verdicts["app1"]["verdict"] == "failed"
    assert verdicts["app2"]["verdict"] == "undecided"
    assert error.result["verdict"] == "failed"


def test_fail_on_is_not_met_by_an_answer_that_did_not_come(script: Any, options: Options, clock: Clock) -> None:
    script.answers_of("app1", REFUSED, READY)
    assert run(options("app1", fail_on=[{"status": [500]}]), False, clock)["verdict"] == "passed"


def test_check_mode_asks_once_and_does_not_stop_the_play(script: Any, options: Options, clock: Clock) -> None:
    script.answers_of("app1", BROKEN)
    script.answers_of("app2", READY)
    result = run(options("app1", "app2"), True, clock)
    assert sorted(script.asked) == ["app1", "app2"]
    assert [target["verdict"] for target in result["targets"]] == ["failed", "undecided"]
    assert clock.now() == 0


def test_many_targets_all_have_to_pass_and_keep_their_order(script: Any, options: Options, clock: Clock) -> None:
    names = [f"app{number}" for number in range(40)]
    for name in names:
        script.answers_of(name, READY)
    result = run(options(*names), False, clock)
    assert [target["name"] for target in result["targets"]] == names
    assert result["verdict"] == "passed"


def test_the_result_has_the_same_keys_whether_the_gate_opens_or_not(
    script: Any, options: Options, clock: Clock
) -> None:
    script.answers_of("app1", READY)
    opened = run(options("app1"), False, clock)
    script.answers_of("app1", BROKEN)
    closed = shut(options("app1"), clock).result
    assert opened.keys() == closed.keys()
    assert opened["targets"][0]["last"].keys() == closed["targets"][0]["last"].keys()


def test_a_long_body_is_quoted_in_part(script: Any, options: Options, clock: Clock) -> None:
    script.answers_of("app1", Observation(500, {}, "x" * 5000))
    error = shut(options("app1", timeout_seconds=0.0), clock)
    assert len(error.result["targets"][0]["last"]["body_excerpt"]) == 200
    assert len(str(error)) < 700
