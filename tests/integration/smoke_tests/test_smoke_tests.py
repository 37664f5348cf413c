# SPDX-License-Identifier: GPL-3.0-or-later
"""The step smoke_tests of the role verify_release: tests of the service decide, by what they wrote in this very run."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock, Deadline
from ansible_collections.hybrid.rollout.tests.integration.gates.estate import Estate

PLAY = """
- hosts: app1
  gather_facts: false
  environment: {HOME: "{{ home }}"}
  tasks:
    - block:
        - ansible.builtin.import_role: {name: hybrid.rollout.verify_release, tasks_from: smoke_tests, rolespec_validate: false}
      rescue:
        - ansible.builtin.debug: {msg: "put back, because {{ ansible_failed_task.name }} said {{ ansible_failed_result.msg }}"}
        - ansible.builtin.fail: {msg: the end}
"""
TESTS = """
import os, sys, pathlib
told = [os.environ[f"ROLLOUT_{word}"] for word in ("SERVICE", "VERSION", "MEMBER")]
outcome = sys.argv[1]
if outcome == "hangs":
    pathlib.Path(os.environ["ROLLOUT_RESULTS"], "pid").write_text(str(os.getpid()))
    sys.stdin.close(); import threading; threading.Event().wait()
if outcome != "nothing":
    broken = "<failure message='the quote is not one of ours'/>" if outcome == "failed" else ""
    report = f"<testsuite tests='1' failures='{int(bool(broken))}'><testcase classname='Smoke' name='{'.'.join(told)}'>{broken}</testcase></testsuite>"
    pathlib.Path(os.environ["ROLLOUT_RESULTS"], "TestResult.xml").write_text(report)
sys.exit(0 if outcome == "passed" else 1)
"""


class Play:
    def __init__(self, folder: Path) -> None:
        self.folder, self.results = folder, folder / "results"
        self.kept = {"rollout_smoke_tests_results": str(self.results)}
        (folder / "play.yml").write_text(PLAY)
        (folder / "tests.py").write_text(TESTS)

    def judge(self, outcome: str, run: str = "first", **variables: Any) -> tuple[int, str]:
        (self.folder / run).mkdir()
        self.estate = Estate(self.folder / run)
        estate = {"ledger": self.estate.path, "run": self.estate.run, "token": self.estate.token, "member": "app1"}
        said = {
            **{"rollout_service": "quotes", "verify_release_version": "1.1"},
            **{"rollout_record": estate, "home": str(self.folder / "home"), **self.kept},
            "rollout_smoke_tests": [sys.executable, str(self.folder / "tests.py"), outcome],
            **variables,
        }
        inventory = self.folder / "inventory.json"
        tester = {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 1}
        here = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
        hosts = {"app1": here, "tester1": tester, "tester2": here}
        inventory.write_text(json.dumps({"all": {"hosts": hosts}}))
        command = ["ansible-playbook", "-i", str(inventory), str(self.folder / "play.yml"), "-e", json.dumps(said)]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=180)
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def play(tmp_path: Path) -> Play:
    return Play(tmp_path)


def test_tests_that_pass_open_the_gate_and_were_told_whom_they_test(play: Play) -> None:
    code, output = play.judge("passed", rollout_smoke_tests_required_tests=["Smoke.quotes.1.1.app1"])
    assert code == 0, output
    assert [path.relative_to(play.results).as_posix() for path in play.results.rglob("*.xml")] == [
        f"{play.estate.run}/app1/TestResult.xml"
    ]


def test_a_failed_test_shuts_it_in_its_own_words(play: Play) -> None:
    code, output = play.judge("failed")
    assert code == 2, output
    assert "put back" in output
    assert "the quote is not one of ours" in output


def test_tests_that_leave_no_result_open_nothing_even_after_a_run_that_passed(play: Play) -> None:
    assert play.judge("passed")[0] == 0
    code, output = play.judge("nothing", run="second")
    assert code == 2, output
    assert f"{play.estate.run}/app1" in output


def test_a_command_that_is_not_there_is_told(play: Play) -> None:
    code, output = play.judge("passed", rollout_smoke_tests=["/opt/no-such-tests"])
    assert code == 2, output
    assert "put back, because Run the smoke tests" in output
    assert "no-such-tests" in output


def test_tests_that_never_end_are_ended(play: Play) -> None:
    code, output = play.judge("hangs", rollout_smoke_tests_timeout_seconds=5)
    assert code == 2, output
    assert "put back" in output
    (started,) = play.results.rglob("pid")
    process = Path("/proc", started.read_text())
    ended = Deadline(60, Clock(time.monotonic, time.sleep)).polls(0.1)
    assert any(not process.exists() for _elapsed in ended)


def test_a_tester_that_cannot_be_reached_is_a_failure_of_the_step_and_not_the_end_of_the_member(play: Play) -> None:
    code, output = play.judge("passed", rollout_smoke_tests_host="tester1")
    assert code == 2, output
    assert "put back, because Open only if the smoke tests passed said tester1 cannot be reached" in output


@pytest.mark.parametrize("host", ["localhost", "tester2"])
def test_results_are_kept_where_the_user_of_that_host_alone_can_write(play: Play, host: str) -> None:
    """HOME is that of the host where the tests run; this process has another one, as the controller has."""
    play.kept = {}
    code, output = play.judge("passed", rollout_smoke_tests_host=host)
    assert code == 0, output
    (result,) = (play.folder / "home").rglob("*.xml")
    assert result.parent == play.folder / f"home/.local/state/hybrid.rollout/smoke_tests/{play.estate.run}/app1"
    made = [folder for folder in result.parents if folder.is_relative_to(play.folder / "home/.local")]
    assert {folder.stat().st_mode & 0o777 for folder in made} == {0o700}


def test_what_stands_in_the_way_of_the_results_is_told_and_nothing_is_run(play: Play) -> None:
    play.results.write_text("not a folder")
    code, output = play.judge("passed")
    assert code == 2, output
    assert "put back, because Make room for the results" in output
    assert str(play.results) in output


def test_a_service_without_tests_is_asked_nothing(play: Play) -> None:
    code, output = play.judge("passed", rollout_smoke_tests=[])
    assert code == 0, output
    assert not play.results.exists()
