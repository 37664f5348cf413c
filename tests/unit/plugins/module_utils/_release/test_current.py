# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import NotFound, Refused
from ansible_collections.hybrid.rollout.plugins.module_utils._release.unit import UnitFailed

UNIT = "quotes.service"


def test_the_switch_is_foretold_then_made_then_left_alone(member: Any) -> None:
    foretold = member.make_current("1.1", unit=UNIT, check_mode=True)
    assert os.readlink(member.root / "current") == "releases/1.0"
    done = member.make_current("1.1", unit=UNIT)
    assert done == foretold
    assert (done["changed"], done["previous"], done["current"], done["restarted"]) == (True, "1.0", "1.1", True)
    assert done["diff"]["prepared"] == f"point {member.root}/current to 1.1 instead of 1.0\nrestart {UNIT}\n"
    assert os.readlink(member.root / "current") == "releases/1.1"
    again = member.make_current("1.1", unit=UNIT)
    assert (again["changed"], again["previous"], again["restarted"]) == (False, "1.1", False)
    assert member.restarts == 1
    assert sorted(os.listdir(member.root)) == [".rollout.lock", "current", "releases"]


def test_the_first_release_has_none_before(host: Any) -> None:
    host.publish("1.0")
    host.stage("1.0")
    done = host.make_current("1.0")
    assert (done["previous"], done["restarted"]) == (None, False)
    assert host.commands == []


def test_a_unit_that_is_down_is_restarted_though_nothing_is_switched(member: Any) -> None:
    member.unit["ActiveState"] = "failed"
    done = member.make_current("1.0", unit=UNIT)
    assert (done["changed"], done["restarted"]) == (True, True)
    assert done["diff"]["prepared"] == f"restart {UNIT}\n"


def test_a_unit_that_systemd_has_given_up_can_start_again(member: Any) -> None:
    member.make_current("1.1", unit=UNIT)
    assert member.commands[-2:] == [f"systemctl reset-failed {UNIT}", f"systemctl restart {UNIT}"]


def test_a_unit_that_does_not_exist_is_told_before_the_switch(member: Any) -> None:
    member.unit = {"LoadState": "not-found", "ActiveState": "inactive"}
    with pytest.raises(NotFound, match=f"no unit {UNIT}.*not-found") as caught:
        member.make_current("1.1", unit=UNIT)
    assert caught.value.failure()["endpoint"] == UNIT
    assert os.readlink(member.root / "current") == "releases/1.0"


def test_a_release_that_is_not_there_is_told_with_those_that_are(member: Any) -> None:
    with pytest.raises(NotFound, match=r"not a whole release; releases that are: 1\.0, 1\.1\."):
        member.make_current("1.2", unit=UNIT)
    assert os.readlink(member.root / "current") == "releases/1.0"


def test_check_mode_takes_a_release_that_is_not_there_yet_as_staged(member: Any) -> None:
    assert member.make_current("1.2", unit=UNIT, check_mode=True)["changed"]


def test_a_restart_that_fails_quotes_the_journal_and_is_owed_afterwards(member: Any) -> None:
    member.restart_reply = (1, "", "Job for quotes.service failed.")
    with pytest.raises(UnitFailed, match=r"Job for quotes\.service failed\..*Address already in use") as caught:
        member.make_current("1.1", unit=UNIT)
    assert caught.value.failure()["code"] == "unit_failed"
    assert caught.value.result["previous"] == "1.0"
    assert caught.value.result["restarted"] is False
    member.restart_reply = (0, "", "")
    assert member.make_current("1.1", unit=UNIT)["restarted"] is True
    assert member.make_current("1.1", unit=UNIT)["changed"] is False


def test_a_step_killed_between_switch_and_restart_is_made_good(member: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(command: list[str]) -> tuple[int, str, str]:
        if command[1] == "restart":
            raise KeyboardInterrupt
        return 0, "LoadState=loaded\nActiveState=active\n", ""

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(member, "systemd", killed)
        member.make_current("1.1", unit=UNIT)
    done = member.make_current("1.1", unit=UNIT)
    assert (done["changed"], done["restarted"], member.restarts) == (True, True, 1)


def test_a_directory_in_the_place_of_the_link_is_never_removed(member: Any) -> None:
    os.unlink(member.root / "current")
    (member.root / "current").mkdir()
    with pytest.raises(Refused, match="is not a symbolic link"):
        member.make_current("1.1")


def test_what_a_killed_switch_left_behind_is_no_obstacle(member: Any) -> None:
    os.symlink("nowhere", member.root / ".current.new")
    assert member.make_current("1.1")["current"] == "1.1"


def test_a_link_that_leads_elsewhere_counts_as_no_release(member: Any) -> None:
    os.unlink(member.root / "current")
    os.symlink("/opt/elsewhere/1.1", member.root / "current")
    assert member.make_current("1.1")["previous"] is None


def test_a_systemd_that_cannot_be_asked_stops_the_step_before_the_switch(
    member: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(member, "systemd", lambda command: (1, "", "Failed to connect to bus"))
    with pytest.raises(UnitFailed, match="Failed to connect to bus"):
        member.make_current("1.1", unit=UNIT)
    assert os.readlink(member.root / "current") == "releases/1.0"
