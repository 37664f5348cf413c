# SPDX-License-Identifier: GPL-3.0-or-later
"""What a gate keeps of its answers."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any, Callable
from xml.etree import ElementTree

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.plugins.module_utils._health import evidence
from ansible_collections.hybrid.rollout.plugins.module_utils._health.evidence import NotKept
from ansible_collections.hybrid.rollout.plugins.module_utils._health.gate import run
from ansible_collections.hybrid.rollout.plugins.module_utils._health.observation import Observation
from ansible_collections.hybrid.rollout.plugins.module_utils._health.report import GateNotPassed

Options = Callable[..., dict[str, Any]]

GOOD, BAD = Observation(200), Observation(500)
NO_NAME = Observation(error="Name or\x00service <not> known", could_not_ask=True)


def test_every_answer_is_kept_as_json_with_its_time_and_reason(
    script: Any, options: Options, clock: Clock, tmp_path: Path
) -> None:
    script.answers_of("app1", BAD, GOOD)
    path = tmp_path / "gate.json"
    result = run(options("app1", evidence_path=str(path)), False, clock)
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert kept["verdict"] == "passed"
    assert kept["measurements"] == result["measurements"]
    assert kept["measurements"][0] == {
        "at_seconds": 0.0,
        "target": "app1",
        "status": 500,
        "value": None,
        "verdict": "failed",
        "reason": "status 500, expected 200",
    }
    assert [one["verdict"] for one in kept["measurements"]] == ["failed", "passed", "passed", "passed"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_gate_that_does_not_open_is_kept_as_junit_with_failures_apart_from_errors(
    script: Any, options: Options, clock: Clock, tmp_path: Path
) -> None:
    for name, answer in (("app1", GOOD), ("app2", BAD), ("app3", NO_NAME)):
        script.answers_of(name, answer)
    path = tmp_path / "gate.xml"
    with pytest.raises(GateNotPassed):
        run(options("app1", "app2", "app3", evidence_path=str(path), timeout_seconds=1.0), False, clock)
    suite = ElementTree.parse(path).getroot()
    assert {key: suite.get(key) for key in ("tests", "failures", "errors")} == {
        "tests": "3",
        "failures": "1",
        "errors": "1",
    }
    cases = {str(case.get("name")): case for case in suite.iter("testcase")}
    assert cases["app1"].find("failure") is None
    assert getattr(cases["app2"].find("failure"), "attrib", {})["message"] == "status 500, expected 200"
    assert getattr(cases["app3"].find("error"), "attrib", {})["message"] == "Name or?service <not> known"
    lines = str(cases["app2"].findtext("system-out")).splitlines()
    assert [json.loads(line)["at_seconds"] for line in lines] == sorted(
        json.loads(line)["at_seconds"] for line in lines
    )


def test_the_result_carries_the_newest_answers_and_the_file_all(
    script: Any, options: Options, clock: Clock, tmp_path: Path
) -> None:
    script.answers_of("app1", *[BAD] * 300, GOOD)
    path = tmp_path / "gate.json"
    result = run(options("app1", evidence_path=str(path), timeout_seconds=1e9), False, clock)
    kept = json.loads(path.read_text(encoding="utf-8"))["measurements"]
    assert len(kept) == 303
    assert result["measurements"] == kept[-200:]


def test_check_mode_keeps_nothing(script: Any, options: Options, clock: Clock, tmp_path: Path) -> None:
    script.answers_of("app1", GOOD)
    run(options("app1", evidence_path=str(tmp_path / "gate.json")), True, clock)
    assert list(tmp_path.iterdir()) == []


def test_evidence_that_cannot_be_written_is_told_with_the_verdict(
    script: Any, options: Options, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: str, goal: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(evidence.os, "replace", full)
    script.answers_of("app1", GOOD)
    with pytest.raises(NotKept, match="verdict is passed, and its evidence .* No space left on device") as caught:
        run(options("app1", evidence_path=str(tmp_path / "gate.json")), False, clock)
    assert caught.value.result["verdict"] == "passed"
    assert os.listdir(tmp_path) == []


def test_a_request_header_is_never_kept(script: Any, options: Options, clock: Clock, tmp_path: Path) -> None:
    script.answers_of("app1", GOOD)
    target = {"name": "app1", "url": "http://app1/", "headers": {"authorization": "planted-secret"}}
    for ending in ("json", "xml"):
        result = run(options(targets=[target], evidence_path=str(tmp_path / f"gate.{ending}")), False, clock)
        assert "planted-secret" not in (tmp_path / f"gate.{ending}").read_text(encoding="utf-8") + str(result)
