# SPDX-License-Identifier: GPL-3.0-or-later
"""Result files that NUnit wrote, recorded by tests/tools/record_nunit; tests/fixtures/test_results/Smoke.cs is what it ran."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable

import pytest

Gate = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("mixed", "Quotes.PriceTests.Has_a_currency failed: Expected string length 3 but was 0."),
        ("error", "Reaches_the_store failed: System.InvalidOperationException : no route to the store"),
        ("set_up", "Quotes.SetUpTests.Is_served failed: SetUp : System.InvalidOperationException : no session"),
        ("tear_down", "Is_served failed: TearDown : System.InvalidOperationException : the session is still open"),
        ("not_runnable", "Quotes.NotRunnableTests.Is_served failed: No arguments were provided"),
        ("row", 'Quotes.RowTests.Has_a_currency("") failed: Expected: not <empty>'),
    ],
)
def test_a_test_that_failed_in_any_way_keeps_the_gate_shut(gate: Gate, fixtures: Path, name: str, words: str) -> None:
    result = gate(fixtures / f"nunit2/{name}.xml")
    assert result["verdict"] == "failed"
    assert result["counts"]["failed"] == 1
    assert words in result["msg"]


def test_a_fixture_that_could_not_be_set_up_fails_each_of_its_tests_and_says_why(gate: Gate, fixtures: Path) -> None:
    result = gate(fixtures / "nunit2/fixture_set_up.xml")
    assert (result["verdict"], result["counts"]["failed"]) == ("failed", 2)
    why = "TestFixtureSetUp failed in FixtureSetUpTests: SetUp : System.InvalidOperationException : no database"
    assert [test["message"] for test in result["failed_tests"]] == [why, why]


@pytest.mark.parametrize(
    ("name", "suite", "passed"), [("fixture_tear_down", "FixtureTearDownTests", 2), ("closing", "Closing", 1)]
)
def test_a_teardown_after_good_tests_fails_although_nunit_ended_with_0(
    gate: Gate, fixtures: Path, name: str, suite: str, passed: int
) -> None:
    result = gate(fixtures / f"nunit2/{name}.xml", max_failed=9)
    assert (result["verdict"], result["counts"]["passed"]) == ("failed", passed)
    assert result["files"][0]["faults"] == [f"suite {suite}: Failure"]


def test_an_inconclusive_test_leaves_it_open_what_holds(gate: Gate, fixtures: Path) -> None:
    result = gate(fixtures / "nunit2/inconclusive.xml")
    assert result["verdict"] == "undecided"
    assert (result["counts"]["passed"], result["counts"]["inconclusive"]) == (1, 1)


@pytest.mark.parametrize("name", ["explicit", "nothing_found"])
def test_a_run_without_tests_fails_although_nunit_ended_with_0(gate: Gate, fixtures: Path, name: str) -> None:
    result = gate(fixtures / f"nunit2/{name}.xml")
    assert (result["verdict"], result["counts"]["total"]) == ("failed", 0)
    assert "no test ran" in result["msg"]
    assert gate(fixtures / f"nunit2/{name}.xml", no_tests="undecided")["verdict"] == "undecided"
