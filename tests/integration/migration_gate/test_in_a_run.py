# SPDX-License-Identifier: GPL-3.0-or-later
"""The gate in a play: asked once per occasion, written down, and a database that moved stops the run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import Refused
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.claims import claim
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.owner import Owner
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.runs import NewRun, PlannedMember, open_run
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate_arguments import SPEC
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._migrations._states import (
    Answer,
    database,
    store,
)

GATE = "hybrid.rollout.migration_gate"
MEMBERS = ("app1", "app2")
NOW = database(store("1.3 applied expand"))
PLAY = """
- hosts: all
  gather_facts: false
  tasks:
    - hybrid.rollout.migration_gate:
        phase: expand
        states: "{{ states }}"
        expected_fingerprints: {quotes: f1}
        record: "{{ record | combine({'member': inventory_hostname}) }}"
        occasion: "{{ occasion }}"
      register: gate
    - ansible.builtin.debug:
        msg: "{{ inventory_hostname }} was answered before: {{ gate.answered_before }}"
"""


class Run:
    """A run of two members in a ledger, and a play whose hosts all ask the gate."""

    def __init__(self, home: Path) -> None:
        self.home, self.path = home, str(home / "ledger.sqlite3")
        members = [PlannedMember(name, 1, "1.2") for name in MEMBERS]
        with Ledger.open(self.path) as ledger:
            new = NewRun("quotes", "1.3", "d" * 64, "", members, {}, "hash", 0)
            self.run, self.token = open_run(ledger, new, Owner.of_process(os.getpid()))

    def play(self, occasion: str, *states: Answer) -> tuple[int, str]:
        playbook, variables = self.home / "play.yml", self.home / "variables.json"
        playbook.write_text(PLAY, encoding="utf-8")
        record = {"ledger": self.path, "run": self.run, "token": self.token, "step": "migration_gate"}
        given = {"states": states, "occasion": occasion, "record": record, "ansible_python_interpreter": sys.executable}
        variables.write_text(json.dumps(given), encoding="utf-8")
        command = [
            "ansible-playbook",
            "-i",
            ",".join([*MEMBERS, ""]),
            "-c",
            "local",
            "-e",
            f"@{variables}",
            str(playbook),
        ]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=180)
        return done.returncode, done.stdout + done.stderr

    def answers(self) -> list[dict[str, Any]]:
        with Ledger.open(self.path) as ledger:
            return [event["detail"] for event in ledger.events(self.run) if event["kind"] == "gate"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(tmp_path)


def test_the_members_of_a_batch_ask_once_and_inputs_and_answer_are_written_down(run: Run) -> None:
    code, output = run.play("batch 1", NOW)
    assert code == 0, output
    assert sorted(f"answered before: {told}" in output for told in (True, False)) == [True, True]
    (answer,) = run.answers()
    assert (answer["judge"], answer["verdict"]) == ("hybrid.rollout.migration_gate", "passed")
    assert answer["inputs"]["phase"] == "expand"
    assert answer["inputs"]["expected_fingerprints"] == {"quotes": "f1"}
    assert answer["answer"]["fingerprints"] == {"quotes": "f1"}
    assert "states" not in answer["inputs"]


def test_a_database_that_moved_before_a_batch_stops_the_run_and_nobody_starts_any_more(run: Run) -> None:
    assert run.play("batch 1", NOW)[0] == 0
    code, output = run.play("batch 2", {**NOW, "fingerprint": "f2"})
    assert code == 2, output
    assert "quotes has moved" in output
    assert [answer["verdict"] for answer in run.answers()] == ["passed", "failed"]
    with Ledger.open(run.path) as ledger, pytest.raises(Refused, match="quotes has moved"):
        claim(ledger, run.run, "app1", run.token)


def test_ansible_takes_the_tasks_of_the_guide_and_the_gate_knows_their_options(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[3] / "docs/migration_gate.md").read_text(encoding="utf-8")
    blocks = [yaml.safe_load(block.partition("```")[0]) for block in guide.split("```yaml\n")[1:]]
    tasks = [task for block in blocks for task in block if GATE in task]
    assert len(tasks) == 4
    for task in tasks:
        assert set(task[GATE]) <= set(SPEC["argument_spec"])
    (tmp_path / "play.yml").write_text(yaml.safe_dump([{"hosts": "all", "tasks": tasks}]))
    command = ["ansible-playbook", "-i", "app1,", "--syntax-check", str(tmp_path / "play.yml")]
    said = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert said.returncode == 0, said.stderr
