# SPDX-License-Identifier: GPL-3.0-or-later
"""A rollout in ten batches: the databases change once, before the first, and whoever changes them meanwhile stops it. Members are names for this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hybrid.rollout.tests.integration.database_migration._team import MIGRATIONS, Team
from ansible_collections.hybrid.rollout.tests.integration.traps._plays import DONE, Stage

MEMBERS = tuple(f"app{number}" for number in range(1, 11))
# The plays of the playbook deploy that have to do with databases, with nothing replaced between claim and done.
PLAY = (
    """
- hosts: app1
  gather_facts: false
  tasks:
    - ansible.builtin.add_host: {name: "{{ item }}", groups: rollout_planned}
      loop: "{{ groups.fleet }}"
    - ansible.builtin.include_role: {name: hybrid.rollout.database_migration, tasks_from: expand, rolespec_validate: false}
- hosts: fleet
  serial: 1
  gather_facts: false
  tasks:
    - ansible.builtin.command: {argv: "{{ at_app4 }}"}
      when: inventory_hostname == 'app4' and at_app4 | length > 0
    - ansible.builtin.include_role: {name: hybrid.rollout.gates, rolespec_validate: false}
      vars: {gates_occasion: "batch {{ inventory_hostname[3:] }}"}
    - name: Claim the member
      hybrid.rollout.rollout_claim: {ledger: "{{ ledger }}", run: "{{ run }}", member: "{{ inventory_hostname }}"}
"""
    + DONE
)
SOMEBODY_MIGRATES = """
import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as database:
    database.execute("INSERT INTO gorp_migrations VALUES ('9_theirs', '2026-01-02 00:00:00')")
"""


class Rollout:
    def __init__(self, stage: Stage, team: Team) -> None:
        self.stage, self.team = stage, team
        self.output = ""

    def play(self, *at_app4: str) -> int:
        self.stage.open_run(*((member,) for member in MEMBERS))
        played = self.stage.play(
            PLAY,
            hosts=MEMBERS,
            at_app4=list(at_app4),
            rollout_service="fleet",
            rollout_version="1.1",
            rollout_databases=self.team.databases(),
            rollout_record={"ledger": self.stage.ledger, "run": self.stage.run},
        )
        self.output = played.output
        return played.exit_code

    def outcomes(self) -> list[Any]:
        return [claim["outcome"] for claim in self.stage.read()["claims"]]

    def answers(self) -> list[tuple[str, str]]:
        with Ledger.open(self.stage.ledger) as ledger:
            events = ledger.events(self.stage.run)
        details = [event["detail"] for event in events if event["kind"] == "gate"]
        return [(detail["occasion"], detail["verdict"]) for detail in details]


@pytest.fixture
def rollout(tmp_path: Path) -> Rollout:
    team = Team(tmp_path)
    team.ships("1.1", MIGRATIONS)
    return Rollout(Stage(tmp_path), team)


def test_ten_batches_and_one_migration(rollout: Rollout) -> None:
    assert rollout.play() == 0, rollout.output
    assert rollout.team.started() == ["2_amount"], "the program was started once, and told where to stop"
    assert rollout.team.columns() == ["price", "amount"]
    assert rollout.outcomes() == ["done"] * 10
    before = [("expand, before", "passed"), ("expand, after", "passed")]
    assert rollout.answers() == [*before, *((f"batch {number}", "passed") for number in range(1, 11))]
    assert rollout.play() == 0, rollout.output
    assert rollout.team.started() == ["2_amount"], "what has run does not run again"


@pytest.mark.parametrize(
    ("trouble", "verdict", "why"),
    [
        (["python3", "-c", SOMEBODY_MIGRATES, "{{ room }}/quotes.db"], "failed", "quotes has moved"),
        (["rm", "{{ room }}/migrations/1.1.json"], "could_not_ask", "1.1.json"),
    ],
    ids=["somebody migrates", "nobody can tell"],
)
def test_databases_that_are_not_as_they_were_stop_the_rollout_before_the_next_batch(
    rollout: Rollout, trouble: list[str], verdict: str, why: str
) -> None:
    assert rollout.play(*trouble) != 0
    assert rollout.outcomes() == ["done"] * 3 + ["not_reached"] * 7
    assert rollout.answers()[-1] == ("batch 4", verdict)
    assert why in rollout.stage.read()["stop_reason"]
