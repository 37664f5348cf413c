# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable

import pytest

Gate = Callable[..., dict[str, Any]]
RECORDED = "nunit2"  # the others are written by hand, and all take 1.25 seconds
FORMATS = ["nunit2", "nunit3", "junit", "trx", "xunit"]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_tells_the_same_story(gate: Gate, fixtures: Path, name: str) -> None:
    path = fixtures / name / "mixed.xml"
    result = gate(path)
    assert result["verdict"] == "failed"
    assert result["counts"] == {"total": 5, "passed": 3, "failed": 1, "skipped": 1, "inconclusive": 0}
    assert result["files"][0]["format"] == name
    assert result["duration_seconds"] > 0 if name == RECORDED else result["duration_seconds"] == 1.25
    [failed] = result["failed_tests"]
    assert (failed["name"], failed["file"]) == ("Quotes.PriceTests.Has_a_currency", str(path))
    assert failed["categories"] == ["Smoke", "Currency"]
    assert 'Expected: "EUR" But was: <string.Empty>' in " ".join(failed["message"].split())
    assert "Quotes.PriceTests.Has_a_currency failed: Expected" in result["msg"]
    assert 'Expected: "EUR" But was' in result["msg"]
    opened = {"max_failed": 1, "required_categories": ["Smoke"], "required_tests": ["Quotes.PriceTests.Is_served"]}
    assert gate(path, **opened)["verdict"] == "passed"
    assert gate(path, max_failed=1, required_categories=["Currency"])["verdict"] == "failed"


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_that_was_cut_off_anywhere_never_passes(gate: Gate, fixtures: Path, tmp_path: Path, name: str) -> None:
    content = (fixtures / name / "mixed.xml").read_bytes().rstrip()
    cut = tmp_path / "cut.xml"
    for end in range(0, len(content), 61):
        cut.write_bytes(content[:end])
        assert gate(cut, max_failed=9)["verdict"] == "could_not_ask", end


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_with_fewer_tests_than_it_says_could_not_be_asked(
    gate: Gate, fixtures: Path, tmp_path: Path, name: str
) -> None:
    content = (fixtures / name / "mixed.xml").read_text()
    path = tmp_path / "short.xml"
    path.write_text(
        content.replace('total="5"', 'total="9"').replace('tests="5"', 'tests="9"').replace('total="4"', 'total="9"')
    )
    assert "it says that it has 9 tests, and 5 are in it" in gate(path, max_failed=9)["msg"]


def test_an_assembly_without_suitable_tests_has_failed(gate: Gate, fixtures: Path) -> None:
    result = gate(fixtures / "nunit3" / "invalid.xml", no_tests="undecided")
    assert result["verdict"] == "failed"
    assert "Invalid: No suitable tests found" in result["msg"]


@pytest.mark.parametrize("outcome", ["Aborted", "Timeout", "Error", "Failed", "InProgress"])
def test_a_run_that_did_not_end_well_has_failed_although_its_tests_passed(
    gate: Gate, fixtures: Path, tmp_path: Path, outcome: str
) -> None:
    content = (fixtures / "trx" / "mixed.xml").read_text()
    content = content.replace('outcome="Failed" duration', 'outcome="Passed" duration')
    path = tmp_path / "run.trx"
    path.write_text(content.replace('outcome="Failed"', f'outcome="{outcome}"'))
    assert f"the run ended as {outcome}" in gate(path)["msg"]
    path.write_text(content.replace('outcome="Failed"', 'outcome="Completed"').replace('failed="1"', 'failed="0"'))
    assert gate(path)["verdict"] == "passed"


@pytest.mark.parametrize("outcome", ["Aborted", "Timeout", "Error", ""])
def test_a_test_that_was_aborted_or_tells_no_outcome_has_failed(
    gate: Gate, fixtures: Path, tmp_path: Path, outcome: str
) -> None:
    content = (fixtures / "trx" / "mixed.xml").read_text()
    path = tmp_path / "run.trx"
    path.write_text(content.replace('outcome="Failed" duration', f'outcome="{outcome}" duration'))
    assert gate(path)["counts"]["failed"] == 1


def test_an_error_outside_the_tests_has_failed(gate: Gate, fixtures: Path, tmp_path: Path) -> None:
    path = tmp_path / "errors.xml"
    content = (fixtures / "xunit" / "mixed.xml").read_text()
    error = '<errors><error type="assembly-cleanup" name="Quotes"><failure><message>disk full</message></failure></error></errors>'
    path.write_text(content.replace("<errors />", error))
    result = gate(path, max_failed=1)
    assert result["verdict"] == "failed"
    assert "assembly-cleanup Quotes: disk full" in result["msg"]


def test_what_pytest_itself_writes_is_read(gate: Gate, tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "import pytest\n"
        "def test_good(record_property): record_property('category', 'Smoke')\n"
        "def test_bad(): assert 1 == 2\n"
        "@pytest.mark.skip(reason='not here')\n"
        "def test_left_out(): pass\n"
        "@pytest.fixture\n"
        "def broken(): raise OSError('no database')\n"
        "def test_in_error(broken): pass\n"
    )
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir=.",
        "--junitxml=out.xml",
        "test_it.py",
    ]
    environment = {key: value for key, value in os.environ.items() if key != "PYTEST_ADDOPTS"}
    subprocess.run(command, cwd=tmp_path, env=environment, check=False, capture_output=True, timeout=120)
    result = gate(tmp_path / "out.xml", required_categories=["Smoke"])
    assert result["counts"] == {"total": 4, "passed": 1, "failed": 2, "skipped": 1, "inconclusive": 0}
    assert "assert 1 == 2" in result["msg"]
    assert "no database" in result["msg"]
    assert gate(tmp_path / "out.xml", max_failed=2, required_categories=["Smoke"])["verdict"] == "passed"
