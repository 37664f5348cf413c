# SPDX-License-Identifier: GPL-3.0-or-later
"""The probes with options of their own as an Ansible task, from the controller and from the task's host."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.tests.integration.haproxy.test_through_ansible import task
from ansible_collections.hybrid.rollout.tests.integration.health_gate._provider import Provider


@pytest.fixture
def providers() -> Iterator[dict[str, Provider]]:
    made = {folder: Provider(folder) for folder in ("prometheus", "graphite", "nagios")}
    yield made
    for one in made.values():
        one.stop()


@pytest.mark.parametrize("reach_from", ["controller", "target"])
def test_one_task_asks_every_provider_and_keeps_what_they_said(
    providers: dict[str, Provider], tmp_path: Path, reach_from: str
) -> None:
    url = {folder: one.url for folder, one in providers.items()}
    targets: list[dict[str, Any]] = [
        {"name": "errors", "metric": {"prometheus_url": url["prometheus"], "query": "number", "max": 4}},
        {
            "name": "queue",
            "probe": "metric",
            "metric": {"graphite_url": url["graphite"], "query": "with_holes", "max": 4},
        },
        {"name": "nagios", "nagios": {"url": url["nagios"], "host": "app1", "service": "ok"}},
        {"name": "own check", "command": {"argv": [sys.executable, "-c", "print('in sync')"]}},
    ]
    path = tmp_path / "gate.json"
    options = {
        "targets": targets,
        "consecutive_successes": 2,
        "interval_seconds": 0.05,
        "request_timeout_seconds": 30,
        "evidence_path": str(path),
        "reach_from": reach_from,
    }
    result = task("health_gate", options)
    assert result["verdict"] == "SUCCESS", result
    assert [one["verdict"] for one in result["targets"]] == ["passed"] * 4
    assert json.loads(path.read_text(encoding="utf-8"))["measurements"] == result["measurements"]
    broken = [*targets[:3], {"name": "own check", "command": {"argv": [sys.executable, "-c", "raise SystemExit(1)"]}}]
    result = task("health_gate", {**options, "targets": broken, "tolerate_failures": 0})
    assert (result["verdict"], result["failure"]["endpoint"]) == ("FAILED!", "own check")
    assert json.loads(path.read_text(encoding="utf-8"))["verdict"] == "failed"
    reported = task("health_gate", {**options, "targets": broken, "tolerate_failures": 0, "report_only": True})
    assert "own check failed" in reported["msg"]
    assert reported["targets"][3]["verdict"] == "failed"


def test_at_least_asks_for_its_number(providers: dict[str, Provider]) -> None:
    target = {"name": "nagios", "nagios": {"url": providers["nagios"].url, "host": "app1", "service": "ok"}}
    assert "at_least" in task("health_gate", {"targets": [target], "require": "at_least"})["msg"]
