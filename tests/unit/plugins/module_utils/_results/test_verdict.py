# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path
from typing import Any, Callable

import pytest

Gate = Callable[..., dict[str, Any]]

FIXTURE_TEARDOWN = (
    '<test-results total="1"><test-suite name="Prices" result="Error"><failure><message>teardown broke</message></failure>'
    '<results><test-case name="a" result="Success"/></results></test-suite></test-results>'
)
OLD = '<test-results><test-suite success="True"><results><test-case name="a" {}/></results></test-suite></test-results>'
ROWS = (
    '<TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010"><Results>'
    '<UnitTestResult testName="rows" outcome="{outer}"><InnerResults>'
    '<UnitTestResult testName="row 1" outcome="Passed"/><UnitTestResult testName="row 2" outcome="{inner}"/>'
    '</InnerResults></UnitTestResult></Results><ResultSummary outcome="Failed"><Counters total="3"/></ResultSummary></TestRun>'
)


@pytest.fixture
def judged(gate: Gate, tmp_path: Path) -> Gate:
    """The gate's result over one file with this content."""

    def ask(content: str, **given: object) -> dict[str, Any]:
        (tmp_path / "file.xml").write_text(content)
        return gate(tmp_path / "file.xml", **given)

    return ask


def suite(passed: int = 0, failed: int = 0, skipped: int = 0) -> str:
    bodies = [""] * passed + ["<failure/>"] * failed + ["<skipped/>"] * skipped
    cases = [f'<testcase name="t">{body}</testcase>' for body in bodies]
    return f"<testsuite>{''.join(cases)}</testsuite>"


@pytest.mark.parametrize(
    ("content", "options", "verdict"),
    [
        (suite(99, 1), {}, "failed"),
        (suite(99, 1), {"max_failed_percent": 1.0}, "passed"),
        (suite(98, 1, 1), {"max_failed_percent": 1.0}, "failed"),
        (suite(99, 1), {"max_failed_percent": 1.0, "max_failed": 0}, "failed"),
        (suite(2, 0, 2), {"max_skipped": 1}, "failed"),
        (suite(2, 0, 2), {"max_skipped": 2}, "passed"),
        (suite(2, 1), {"max_failed": 1, "min_tests": 3}, "failed"),
        (suite(), {}, "failed"),
        (suite(), {"no_tests": "undecided"}, "undecided"),
        (suite(0, 0, 3), {"no_tests": "undecided"}, "undecided"),
        (suite(1), {"required_tests": ["another"]}, "failed"),
        (suite(1, 0, 1), {"required_tests": ["t"]}, "failed"),
    ],
)
def test_a_threshold_holds(judged: Gate, content: str, options: dict[str, Any], verdict: str) -> None:
    assert judged(content, **options)["verdict"] == verdict


@pytest.mark.parametrize(
    ("wanted", "verdict"), [("undecided", "undecided"), ("failed", "failed"), ("allowed", "passed")]
)
def test_inconclusive_tests_leave_it_open_what_holds(judged: Gate, wanted: str, verdict: str) -> None:
    tests = '<test-case name="a" result="Passed"/><test-case name="b" result="Inconclusive"/>'
    content = f'<test-run total="2"><test-suite result="Passed">{tests}</test-suite></test-run>'
    assert judged(content, inconclusive=wanted)["verdict"] == verdict


def test_a_teardown_that_broke_after_good_tests_has_failed(judged: Gate) -> None:
    result = judged(FIXTURE_TEARDOWN, max_failed=5)
    assert (result["verdict"], result["files"][0]["faults"]) == ("failed", ["suite Prices: teardown broke"])


@pytest.mark.parametrize(
    ("attributes", "verdict"),
    [
        ('executed="True" success="True"', "passed"),
        ('executed="True" success="False"', "failed"),
        ('result="NotRunnable"', "failed"),
        ('result="Cancelled"', "failed"),
    ],
)
def test_every_way_of_nunit_2_to_tell_an_outcome_is_understood(judged: Gate, attributes: str, verdict: str) -> None:
    assert judged(OLD.format(attributes))["verdict"] == verdict


def test_a_test_over_rows_of_data_counts_by_its_rows(judged: Gate) -> None:
    assert judged(ROWS.format(outer="Failed", inner="Failed"))["counts"]["failed"] == 1
    assert judged(ROWS.format(outer="Failed", inner="Passed"))["failed_tests"][0]["name"] == "rows"


def test_failures_that_a_file_counts_and_does_not_show_are_a_fault(judged: Gate) -> None:
    result = judged('<testsuite tests="1" failures="2"><testcase name="a"/></testsuite>', max_failed=9)
    assert "the file says 2 failed, and 0 of its tests did" in result["msg"]
