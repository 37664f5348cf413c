# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
from typing import Optional

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._health import json_path
from ansible_collections.hybrid.rollout.plugins.module_utils._health.expectation import (
    Condition,
    mismatch,
    version_of,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._health.observation import Observation

BODY = {
    "version": "1.1",
    "ready": True,
    "build": {"number": 17},
    "checks": [{"name": "db", "state": "up"}, {"name": "queue", "state": "down"}],
}
ANSWER = Observation(200, {"x-rollout-member": "app1", "server": "quotes"}, json.dumps(BODY))


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        (Condition(status=(200, 204)), None),
        (Condition(status=(204, 206)), "status 200, expected 204 or 206"),
        (Condition(headers={"X-Rollout-Member": "app1"}), None),
        (Condition(headers={"X-Rollout-Member": "app2"}), "header X-Rollout-Member is 'app1', expected 'app2'"),
        (Condition(headers={"x-zone": "a"}), "header x-zone is missing, expected 'a'"),
        (Condition(body_contains='"ready": true'), None),
        (Condition(body_contains="warming up"), "the body does not contain 'warming up'"),
        (Condition(json={"ready": True, "build.number": 17, "checks[1].state": "down", "checks.0.name": "db"}), None),
        (Condition(json={"checks.0.state": "down"}), 'checks.0.state is "up", expected "down"'),
        (Condition(json={"ready": "true"}), 'ready is true, expected "true"'),
        (Condition(json={"ready": 1}), "ready is true, expected 1"),
        (Condition(json={"checks.7.state": "up"}), 'checks.7.state is null, expected "up"'),
        (Condition(version="1.1"), None),
        (Condition(version="1.2"), "it runs version 1.1, expected 1.2"),
        (Condition(version="17", version_path="build.number"), None),
        (
            Condition(version="1.1", version_path="app.version"),
            "the body tells no version at app.version, expected 1.1",
        ),
        (Condition(status=(200,), version="1.2", json={"ready": False}), "ready is true, expected false"),
    ],
)
def test_the_first_part_that_is_not_met_is_told(condition: Condition, reason: Optional[str]) -> None:
    assert mismatch(condition, ANSWER) == reason


def test_a_body_that_is_not_json_is_a_reason_only_where_json_is_asked_for() -> None:
    page = Observation(200, {}, "<html>")
    assert mismatch(Condition(status=(200,)), page) is None
    assert str(mismatch(Condition(version="1.1"), page)).startswith("the body is not JSON")
    assert version_of(page, "version") is None


def test_an_error_is_the_reason_in_its_own_words() -> None:
    assert mismatch(Condition(status=(200,)), Observation(error="Connection refused")) == "Connection refused"


def test_a_redirect_is_an_answer_and_tells_where_it_leads() -> None:
    moved = Observation(302, {"location": "https://login/"}, "")
    assert mismatch(Condition(status=(200,)), moved) == "status 302, expected 200 (it redirects to https://login/)"


def test_jmespath_is_used_for_what_is_not_a_plain_path() -> None:
    pytest.importorskip("jmespath")
    assert json_path.finder("checks[?state=='down'].name | [0]")(BODY) == "queue"
    assert json_path.finder("length(version.nowhere)")(BODY) is None


def test_a_wrong_expression_is_told_before_anybody_is_asked() -> None:
    pytest.importorskip("jmespath")
    with pytest.raises(BadInput, match="not valid JMESPath"):
        json_path.finder("checks[?")


def test_without_jmespath_plain_paths_work_and_others_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_path, "find_spec", lambda name: None)
    assert json_path.engine() == "dotted"
    assert json_path.finder("checks[0].state")(BODY) == "up"
    with pytest.raises(BadInput, match="jmespath library is not installed"):
        json_path.finder("checks[?state=='down']")
