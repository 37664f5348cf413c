# SPDX-License-Identifier: GPL-3.0-or-later
"""A deploy on a Windows member from its first step to its last, of each kind of service."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest

from .conftest import NAMES, ROOT, Killed, Member, digest_of

BOTH_SWITCHES = [(kind, switch) for kind in NAMES for switch in ("path", "junction")]


@pytest.mark.parametrize(("kind", "switch"), BOTH_SWITCHES)
def test_the_first_release_is_installed_and_runs(kind: str, switch: str) -> None:
    there = Member(kind, switch)
    staged = there.stage("1.0")
    assert (staged["changed"], staged["current"], staged["digest"]) == (True, None, digest_of("1.0"))
    done = there.make_current("1.0", staged=staged)
    assert (done["previous"], done["current"], done["path"]) == (None, "1.0", rf"{ROOT}\releases\1.0")
    assert (there.runs() or "").strip('"').startswith(rf"{ROOT}\releases\1.0")


@pytest.mark.parametrize(("kind", "switch"), BOTH_SWITCHES)
def test_an_upgrade_runs_the_new_release_and_a_second_go_changes_nothing(kind: str, switch: str) -> None:
    there = Member(kind, switch)
    there.deploy("1.0")
    assert there.deploy("1.1")["current"] == "1.1"
    assert (there.runs() or "").strip('"').startswith(rf"{ROOT}\releases\1.1")
    before = (dict(there.files), there.junction, list(there.log))
    staged = there.stage("1.1")
    again = [staged, there.make_current("1.1", staged=staged), there.prune(version="1.1", staged=staged)]
    assert [step["changed"] for step in again] == [False, False, False]
    assert [step["diff"]["prepared"] for step in again] == ["", "", ""]
    assert (there.files, there.junction, there.log) == before


@pytest.mark.parametrize(("kind", "most"), [("service", 8), ("iis", 8), ("scheduled_task", 8), ("console", 8)])
def test_a_deploy_that_removes_one_old_release_stays_within_eight_calls(kind: str, most: int) -> None:
    there = Member(kind)
    there.deploy("1.0")
    there.deploy("1.1")
    there.calls.clear()
    assert there.deploy("1.2")["removed"] == ["1.0"]
    assert len(there.calls) <= most, there.calls


def test_the_junction_of_a_service_costs_one_call_more() -> None:
    there = Member("service", "junction")
    there.deploy("1.0")
    there.deploy("1.1")
    there.calls.clear()
    there.deploy("1.2")
    assert len(there.calls) == 9


@pytest.mark.parametrize(("kind", "switch"), BOTH_SWITCHES)
@pytest.mark.parametrize("killed_before", range(9))
def test_a_controller_killed_between_two_calls_is_made_good_by_the_next_run(
    kind: str, switch: str, killed_before: int
) -> None:
    there = Member(kind, switch)
    there.deploy("1.0")
    there.calls.clear()
    there.killed_before = killed_before
    with contextlib.suppress(Killed):
        there.deploy("1.1")
    there.killed_before = None
    there.deploy("1.1")
    assert (there.runs() or "").strip('"').startswith(rf"{ROOT}\releases\1.1")
    assert there.stage("1.1")["changed"] is False


def test_a_service_stops_before_its_image_changes(member: Any) -> None:
    member.deploy("1.1")
    assert member.log == ["stopped", rf'started "{ROOT}\releases\1.1\Quotes.exe"']


def test_arguments_follow_the_program(member: Any) -> None:
    member.make_current("1.0", arguments="--port 8080")
    assert member.service["path"] == rf'"{ROOT}\releases\1.0\Quotes.exe" --port 8080'
    assert member.make_current("1.0", arguments="--port 8080")["changed"] is False


def test_a_pool_restarts_after_its_site_has_changed_or_stops_before_where_that_is_asked_for() -> None:
    there = Member("iis")
    there.deploy("1.0")
    assert there.log == [rf"point {ROOT}\releases\1.0", "restarted"]
    there.log.clear()
    there.make_current("1.1", staged=there.stage("1.1"), stop_pool=True)
    assert there.log == ["stopped", rf"point {ROOT}\releases\1.1", "started"]


def test_a_pool_that_a_killed_switch_left_stopped_is_started_by_the_next_run() -> None:
    there = Member("iis")
    there.deploy("1.0")
    there.pool = "Stopped"
    done = there.make_current("1.0", stop_pool=True)
    assert (done["changed"], done["restarted"], there.pool) == (True, True, "Started")


def test_a_program_of_nssm_keeps_where_it_writes() -> None:
    there = Member("console")
    there.deploy("1.0")
    assert there.nssm["AppStdout"] == r"C:\logs\quotes.log"


def test_a_scheduled_task_is_switched_and_nothing_is_restarted() -> None:
    there = Member("scheduled_task")
    done = there.make_current("1.0", staged=there.stage("1.0"), arguments="--all")
    assert (done["changed"], done["restarted"]) == (True, False)
    assert there.task_actions == [{"Path": rf"{ROOT}\releases\1.0\Quotes.exe", "Arguments": "--all"}]
    there.make_current("1.0")
    assert there.task_actions == [{"Path": rf"{ROOT}\releases\1.0\Quotes.exe", "Arguments": ""}]


@pytest.mark.parametrize(("kind", "switch"), BOTH_SWITCHES)
def test_check_mode_tells_the_same_moves_and_makes_none(kind: str, switch: str) -> None:
    there = Member(kind, switch)
    there.deploy("1.0")
    before = (dict(there.files), set(there.folders), there.junction, there.runs())
    foretold = there.stage("1.1", check_mode=True)
    switched = there.make_current("1.1", check_mode=True, staged=foretold)
    pruned = there.prune(check_mode=True, version="1.1", staged=foretold, keep=0)
    assert (there.files, there.folders, there.junction, there.runs()) == before
    done = there.stage("1.1")
    assert done == foretold
    assert done["changed"]
    assert there.make_current("1.1", staged=done) == switched
    assert switched["changed"]
    assert there.prune(version="1.1", staged=done, keep=0) == pruned


@pytest.mark.parametrize("kind", ["service", "console", "iis"])
def test_what_has_stopped_is_started_though_its_release_is_current_already(kind: str) -> None:
    there = Member(kind)
    there.deploy("1.0")
    there.pool = "Stopped"
    if there.service:
        there.service["state"] = "stopped"
    done = there.make_current("1.0", staged=there.stage("1.0"))
    assert (done["changed"], done["restarted"]) == (True, True)
    assert there.runs() is not None
