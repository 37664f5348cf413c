# SPDX-License-Identifier: GPL-3.0-or-later
"""The gate as an Ansible task: the action plugin on the controller, and the module itself on the task's host."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.integration.haproxy.test_through_ansible import task

FIXTURES = Path(__file__).parents[2] / "fixtures" / "test_results"


@pytest.mark.parametrize("reach_from", ["controller", "target"])
def test_a_task_opens_or_fails_with_the_names_of_the_tests(reach_from: str) -> None:
    options = {"paths": [str(FIXTURES / "*" / "mixed.xml")], "reach_from": reach_from}
    shut = task("test_results_gate", options, "--check")
    assert (shut["verdict"], shut["changed"], shut["failure"]["code"]) == ("FAILED!", False, "gate_not_passed")
    assert shut["counts"] == {"total": 25, "passed": 15, "failed": 5, "skipped": 5, "inconclusive": 0}
    assert "Quotes.PriceTests.Has_a_currency failed" in shut["msg"]
    opened = task("test_results_gate", {**options, "max_failed": 5, "required_categories": ["Smoke"]})
    assert (opened["verdict"], opened["changed"], opened["reasons"]) == ("SUCCESS", False, [])


def test_wrong_input_is_told_before_the_host_is_asked() -> None:
    result = task("test_results_gate", {"paths": ["results.xml"], "reach_from": "target"})
    assert result["failure"]["code"] == "bad_input"
    assert "which is relative" in result["msg"]
