# SPDX-License-Identifier: GPL-3.0-or-later
"""When the release before has left the rollback window, as real ledgers tell it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Optional

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.claims import claim, finish
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.owner import Owner
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.runs import NewRun, PlannedMember, open_run
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.contract import Window, rollback_window
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate_history import read_past
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate_versions import ReleaseOrder

DAY = 86_400.0
HERE = Owner.of_process(os.getpid())


class Story:
    """A ledger whose clock is set by hand, and the service quotes in it."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger, self.now = ledger, 0.0

    def run(
        self,
        version: str,
        members: dict[str, Optional[str]],
        *,
        ends: bool = True,
        outcome: str = "done",
        each: Optional[dict[str, str]] = None,
    ) -> str:
        """A run over members with what each ran before; ``each`` is the version of its own that each comes back with."""
        planned = [PlannedMember(name, 1, before) for name, before in members.items()]
        new = NewRun(
            "quotes",
            version,
            "" if each else "d" * 64,
            "",
            planned,
            {"versions": each} if each else {},
            "hash",
            len(planned),
        )
        run = open_run(self.ledger, new, HERE).id
        for name in members if ends else ():
            claim(self.ledger, run, name)
            finish(self.ledger, run, name, outcome, None)
        return run

    def window(self, release: str, own_run: Optional[str] = None) -> Window:
        past = read_past(self.ledger, "quotes")
        order = ReleaseOrder(history=past.releases())
        return rollback_window(past.runs, release, order, seconds=DAY, now=self.now, own_run=own_run)

    def words(self, release: str, own_run: Optional[str] = None) -> list[str]:
        return [f"{reason.verdict}: {reason.words}" for reason in self.window(release, own_run).reasons]


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    with Ledger.open(str(tmp_path / "ledger.sqlite3"), lambda: told.now) as ledger:
        told = Story(ledger)
        yield told


def test_the_window_begins_when_the_run_that_brought_the_release_ends_and_is_over_after_its_time(story: Story) -> None:
    story.run("1.2", {"app1": "1.1", "app2": "1.1"})
    story.now = 1000.0
    run = story.run("1.3", {"app1": "1.2", "app2": "1.2"})
    story.now = 1000.0 + DAY - 1
    assert story.words("1.3") == [
        f"failed: the release before 1.3 is still a way back: 1 s of 86400 s are left since the end of run {run}"
    ]
    story.now = 1000.0 + DAY
    assert story.window("1.3") == Window(1000.0 + DAY, run, [])


def test_a_later_release_does_not_begin_the_window_again_and_a_way_back_does(story: Story) -> None:
    story.run("1.3", {"app1": "1.2"})
    story.now = 2 * DAY
    story.run("1.4", {"app1": "1.3"})
    assert story.words("1.3") == []
    assert "1.4 is still a way back" in story.words("1.4")[0]
    put_back = story.run("put-back", {"app1": "1.4"}, each={"app1": "1.2"})
    assert put_back in story.words("1.3")[0]
    story.now = 4 * DAY
    assert story.words("1.3") == []


def test_while_a_run_is_open_nobody_knows_and_only_the_gates_own_may_be(story: Story) -> None:
    story.run("1.3", {"app1": "1.2"})
    story.now = 2 * DAY
    run = story.run("1.4", {"app1": "1.3"}, ends=False)
    assert story.words("1.3") == [f"undecided: run {run} is open: wait for its end"]
    assert story.words("1.3", own_run=run) == []
    assert story.words("1.4", own_run=run) == [
        f"undecided: run {run} has not ended, and the rollback window begins only then"
    ]


def test_a_ledger_that_never_met_the_release_cannot_tell(story: Story) -> None:
    assert "undecided: the ledger knows of no run that rolled out 1.3 or newer" in story.words("1.3")[0]
    story.run("1.2", {"app1": "1.1"})
    assert "no run that rolled out 1.3" in story.words("1.3")[0]


def test_a_member_whose_version_nobody_knew_may_have_been_old(story: Story) -> None:
    story.run("1.3", {"app1": "1.2"})
    story.now = 2 * DAY
    story.run("1.4", {"app1": "1.3", "app2": None})
    assert "still a way back" in story.words("1.3")[0]


def test_releases_are_ordered_as_the_ledger_met_them_and_only_those_of_this_service(story: Story) -> None:
    story.run("blue", {"app1": "amber", "app2": "red"})
    story.run("green", {"app1": "blue"})
    story.run("put-back", {"app1": "green"}, each={"app1": "blue"})
    past = read_past(story.ledger, "quotes")
    assert [sorted(group) for group in past.releases()] == [["amber", "red"], ["blue"], ["blue"], ["green"]]
    assert past.members == ["app1", "app2"]
    assert (read_past(story.ledger, "orders").runs, read_past(story.ledger, "orders").members) == ([], [])
