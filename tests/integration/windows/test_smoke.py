# SPDX-License-Identifier: GPL-3.0-or-later
"""The NUnit smoke tests of quotes: what they tell of a member, and what the gate makes of their result file."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from ansible_collections.hybrid.rollout.tests.integration._ports import free_port
from ansible_collections.hybrid.rollout.tests.integration.haproxy.test_through_ansible import task
from ansible_collections.hybrid.rollout.tests.integration.windows._ledgerd import mono_or_skip, running
from ansible_collections.hybrid.rollout.tests.lab.quotes.build_releases import Release

RUN = Path(__file__).parents[2] / "lab/ledgerd/smoke/run"
HEALTH = "SmokeTests.Health_says_it_is_ready_with_the_version_that_was_deployed"
QUOTE = "SmokeTests.A_customer_gets_one_of_the_known_quotes"
MEMBER = "SmokeTests.The_member_that_was_named_is_the_one_that_answers"
PASSED = {HEALTH: "Success", QUOTE: "Success", MEMBER: "Success"}


def smoke(port: int, result: Path, version: str, member: str = "win01") -> dict[str, str]:
    """How each test ended."""
    told = {"SMOKE_URL": f"http://127.0.0.1:{port}/", "SMOKE_MEMBER": member, "SMOKE_VERSION": version}
    done = subprocess.run(
        [RUN, result], env={**os.environ, **told}, capture_output=True, text=True, check=False, timeout=120
    )
    assert result.exists(), done.stdout + done.stderr
    ended = {str(case.get("name")): str(case.get("result")) for case in ElementTree.parse(result).iter("test-case")}
    assert (done.returncode == 0) == (set(ended.values()) == {"Success"}), done.stdout
    return ended


def smoke_of(release: Release, folder: Path, version: str, member: str = "win01") -> dict[str, str]:
    with running(release, folder) as ledgerd:
        ledgerd.wait_until_ready()
        return smoke(ledgerd.port, folder / "result.xml", version, member)


def gate(folder: Path) -> dict[str, Any]:
    options = {
        "paths": [str(folder / "result.xml")],
        "format": "nunit2",
        "min_tests": 3,
        "required_categories": ["Smoke"],
    }
    return task("test_results_gate", options)


def test_a_good_release_passes_and_the_gate_opens(tmp_path: Path) -> None:
    assert smoke_of(Release("1.1", 0.0), tmp_path, "1.1") == PASSED
    opened = gate(tmp_path)
    assert (opened["verdict"], opened["counts"]["passed"]) == ("SUCCESS", 3)


def test_wrong_quotes_fail_by_one_test_and_the_gate_stays_shut(tmp_path: Path) -> None:
    assert smoke_of(Release("1.7", 0.0, "wrong_quotes"), tmp_path, "1.7") == {**PASSED, QUOTE: "Failure"}
    shut = gate(tmp_path)
    assert (shut["verdict"], shut["failure"]["code"]) == ("FAILED!", "gate_not_passed")
    assert shut["counts"] == {"total": 3, "passed": 2, "failed": 1, "skipped": 0, "inconclusive": 0}
    assert f"{QUOTE} failed" in shut["msg"]


def test_another_version_than_the_one_that_was_deployed_is_noticed(tmp_path: Path) -> None:
    assert smoke_of(Release("1.4", 0.0, "wrong_version"), tmp_path, "1.4") == {**PASSED, HEALTH: "Failure"}


def test_another_member_than_the_one_that_was_named_is_noticed(tmp_path: Path) -> None:
    assert smoke_of(Release("1.1", 0.0), tmp_path, "1.1", "win02") == {**PASSED, MEMBER: "Failure"}


def test_nobody_answering_is_an_error_of_every_test_and_no_silence(tmp_path: Path) -> None:
    mono_or_skip(tmp_path)
    assert smoke(free_port(), tmp_path / "result.xml", "1.1") == dict.fromkeys(PASSED, "Error")
    shut = gate(tmp_path)
    assert (shut["verdict"], shut["counts"]["failed"]) == ("FAILED!", 3)
    assert "Connection refused" in shut["msg"]


def test_a_result_of_yesterday_is_gone_when_the_tests_could_not_be_run(tmp_path: Path) -> None:
    (tmp_path / "result.xml").write_text("<test-results/>")
    without_mono = {**os.environ, "HYBRID_ROLLOUT_CACHE": str(tmp_path)}
    done = subprocess.run(
        [RUN, tmp_path / "result.xml"], env=without_mono, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode != 0
    assert "no Mono" in done.stderr
    assert not (tmp_path / "result.xml").exists()
