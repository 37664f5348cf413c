# SPDX-License-Identifier: GPL-3.0-or-later
"""Exit code, last lines, JUnit and JSON of every ending that a run can have, as the table in docs/verdict.md has them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, Optional

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.control import control
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.gates import write_answer
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.owner import Owner
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hybrid.rollout.plugins.module_utils._results.document import parse
from ansible_collections.hybrid.rollout.plugins.module_utils._results.junit import read
from ansible_collections.hybrid.rollout.plugins.module_utils._results.model import counted
from ansible_collections.hybrid.rollout.tests.integration.haproxy.test_through_ansible import task
from ansible_collections.hybrid.rollout.tests.integration.traps._plays import CLAIM, DONE, Played, Stage

HEAD = "- hosts: app1,app2\n  serial: 1\n  gather_facts: false\n  tasks:\n"
ENDS_AS = """
    - name: Write down how the member ended
      hybrid.rollout.rollout_claim:
        {{ledger: "{{{{ ledger }}}}", run: "{{{{ run }}}}", member: "{{{{ inventory_hostname }}}}", state: finished, outcome: {0}, reason: it answered 500}}
"""
RESCUED = """
    - block: [{ansible.builtin.fail: {msg: broken}}]
      rescue: [{ansible.builtin.debug: {msg: put back}}]
"""
FAILS_AFTER = "    - {name: Prune, ansible.builtin.fail: {msg: read-only}, when: inventory_hostname == 'app2'}\n"
SECOND_FAILS = DONE.replace(
    "outcome: done", "outcome: \"{{ {'app1': 'done'}[inventory_hostname] | default('rolled_back') }}\""
)


class Ending(NamedTuple):
    """``counts``: passed, failed, skipped of the JUnit file."""

    verdict: str
    exit_code: int
    headline: str
    counts: tuple[int, int, int]
    tasks: str
    before: Optional[Callable[[Ledger, str], object]] = None
    budget: int = 0
    skipped: tuple[str, ...] = ()


def told(state: str) -> Callable[[Ledger, str], object]:
    return lambda ledger, run: control(ledger, run, state, "the disks are full", Owner("host", 1, None, "ann"))


def gate_says_no(ledger: Ledger, run: str) -> None:
    write_answer(
        ledger, run, "change_window", {"opened": False}, stop_reason="change_window at start: closed until 22:00"
    )


ENDINGS = {
    "everybody is done": Ending("done", 0, "DONE, 2 of 2 members replaced", (2, 0, 0), CLAIM + DONE),
    "one was offline": Ending("done", 0, "DONE, 2 of 3", (2, 0, 1), CLAIM + DONE, skipped=("app3",)),
    "one was put back": Ending("stopped", 2, "STOPPED, 0 of 2", (0, 1, 1), CLAIM + ENDS_AS.format("rolled_back")),
    "one stays out": Ending("stopped", 2, "STOPPED, 0 of 2", (0, 1, 1), CLAIM + ENDS_AS.format("out")),
    "one is lost": Ending("stopped", 2, "STOPPED, 0 of 2", (0, 1, 1), CLAIM + ENDS_AS.format("unreachable")),
    "a failure within the budget": Ending(
        "done_in_part", 2, "DONE IN PART, 1 of 2", (1, 1, 0),
        CLAIM + SECOND_FAILS, budget=1,
    ),
    "a rescue hides the failure": Ending("stopped", 2, "STOPPED, 0 of 2", (0, 1, 1), CLAIM + RESCUED),
    "a rescue hides the last failure": Ending("not_finished", 0, "NOT FINISHED, 0 of 2", (0, 2, 0), CLAIM + RESCUED, budget=1),
    "a gate stands against it": Ending("stopped", 2, "STOPPED, 0 of 2", (0, 1, 2), CLAIM + DONE, gate_says_no),
    "it is aborted": Ending("aborted", 2, "ABORTED, 0 of 2", (0, 1, 2), CLAIM + DONE, told("aborted")),
    "it is paused": Ending("paused", 2, "PAUSED, 0 of 2", (0, 1, 2), CLAIM + DONE, told("paused")),
    "somebody else took it": Ending("abandoned", 2, "ABANDONED, 0 of 2", (0, 1, 2), CLAIM + DONE, told("abandoned")),
    "Ansible fails after it": Ending("failed_besides", 2, "Ansible failed besides the rollout: Prune on app2", (2, 1, 0), CLAIM + DONE + FAILS_AFTER),
}  # fmt: skip


def play(stage: Stage, tasks: str) -> tuple[Played, Path, Path]:
    junit, document = stage.directory / "rollout.xml", stage.directory / "rollout.json"
    env = {"HYBRID_ROLLOUT_JUNIT_PATH": str(junit), "HYBRID_ROLLOUT_JSON_PATH": str(document)}
    return stage.play(HEAD + tasks, env=env), junit, document


@pytest.mark.parametrize("name", ENDINGS)
def test_everybody_says_the_same_of(name: str, stage: Stage) -> None:
    ending = ENDINGS[name]
    run = stage.open_run(("app1",), ("app2",), budget=ending.budget, skipped=ending.skipped)
    if ending.before:
        with Ledger.open(stage.ledger) as ledger:
            ending.before(ledger, run)
    played, junit, document = play(stage, ending.tasks)
    assert played.exit_code == ending.exit_code, played.output
    assert ending.headline in played.output.rpartition("PLAY RECAP")[2], played.output
    said = json.loads(document.read_text())
    assert said["verdict"] == ending.verdict
    counts = counted(read(parse(junit.read_bytes())).cases)
    assert (counts["passed"], counts["failed"], counts["skipped"]) == ending.counts
    assert said["succeeded"] is (counts["failed"] == 0)
    if name != "a rescue hides the last failure":
        assert said["succeeded"] is (played.exit_code == 0)


def test_the_gate_for_test_results_judges_a_rollout(stage: Stage) -> None:
    stage.open_run(("app1",), ("app2",))
    _played, junit, _document = play(stage, CLAIM + DONE)
    assert task("test_results_gate", {"paths": [str(junit)]}, "--check")["verdict"] == "SUCCESS"
    stage.open_run(("app1",), ("app2",))
    _played, junit, _document = play(stage, CLAIM + ENDS_AS.format("out"))
    judged = task("test_results_gate", {"paths": [str(junit)]}, "--check")
    assert judged["verdict"] == "FAILED!"
    assert "rollout.quotes.app1 failed" in judged["msg"]


def test_a_failure_before_a_run_replaces_the_report_of_the_day_before(stage: Stage) -> None:
    for name in ("rollout.xml", "rollout.json"):
        (stage.directory / name).write_text("yesterday's")
    played, junit, document = play(stage, "    - {name: Reach the store, ansible.builtin.fail: {msg: no route}}\n")
    assert played.exit_code == 2
    assert json.loads(document.read_text())["verdict"] == "no_run"
    assert counted(read(parse(junit.read_bytes())).cases)["failed"] == 1
    assert "Nothing was changed: Ansible failed before a run was opened: Reach the store on app1" in played.output


def test_a_playbook_that_does_not_begin_leaves_no_report_at_all(stage: Stage) -> None:
    (stage.directory / "rollout.json").write_text("yesterday's")
    env = {"HYBRID_ROLLOUT_JSON_PATH": str(stage.directory / "rollout.json")}
    played = stage.play(HEAD.replace("app1,app2", '"{{ nobody_said }}"') + CLAIM, env=env)
    assert played.exit_code != 0
    assert not (stage.directory / "rollout.json").exists()


def test_a_report_that_cannot_be_written_is_a_warning_and_no_failure(stage: Stage) -> None:
    stage.open_run(("app1",), ("app2",))
    missing = stage.directory / "nowhere" / "rollout.json"
    played = stage.play(HEAD + CLAIM + DONE, env={"HYBRID_ROLLOUT_JSON_PATH": str(missing)})
    assert played.exit_code == 0
    assert f"WARNING: the report {missing} (json_path) is not written" in played.output
    assert "DONE, 2 of 2 members replaced" in played.output
