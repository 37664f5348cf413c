# SPDX-License-Identifier: GPL-3.0-or-later
"""Which releases come to a Windows member, which are refused and which go."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import NotFound, Refused, RolloutError

from .conftest import ROOT, Member, digest_of


def test_another_artifact_for_the_running_version_is_refused(member: Any) -> None:
    with pytest.raises(Refused, match="is current and unpacked from sha256:") as refused:
        member.stage("1.0", sha256=digest_of("rebuilt"))
    assert refused.value.endpoint == rf"{ROOT}\releases\1.0"
    assert member.calls == ["ansible.windows.win_find", "ansible.windows.win_service_info"]


def test_another_artifact_for_a_version_that_does_not_run_replaces_it(member: Any) -> None:
    member.stage("1.1")
    assert member.stage("1.1", sha256=digest_of("rebuilt"))["changed"]
    markers = [path for path in member.files if "rollout-release-" in path and "1.1" in path]
    assert markers == [rf"{ROOT}\releases\1.1\rollout-release-{digest_of('rebuilt')}"]


def test_a_replaced_release_stops_looking_whole_before_anything_of_it_goes(member: Any) -> None:
    member.stage("1.1")
    moves = member.stage("1.1", sha256=digest_of("rebuilt"))["diff"]["prepared"].splitlines()
    assert moves[:2] == [
        rf"take sha256:{digest_of('1.1')} off {ROOT}\releases\1.1",
        rf"remove {ROOT}\releases\1.1, which is replaced",
    ]


def test_what_a_killed_try_left_of_a_version_is_removed_first(member: Any) -> None:
    member.folders.add(rf"{ROOT}\releases\1.1")
    member.files[rf"{ROOT}\releases\1.1\half.dll"] = 0.0
    assert member.stage("1.1")["diff"]["prepared"].startswith(
        rf"remove {ROOT}\releases\1.1, left behind by a try that was stopped"
    )
    assert rf"{ROOT}\releases\1.1\half.dll" not in member.files


def test_windows_does_not_tell_upper_from_lower_case(member: Any) -> None:
    member.deploy("2.0-RC")
    with pytest.raises(Refused):
        member.stage("2.0-rc", sha256=digest_of("rebuilt"))
    assert member.prune(version="2.0-rc", keep=0)["removed"] == ["1.0"]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("service", "no service Quotes"),
        ("iis", "no website Quotes"),
        ("scheduled_task", r"no scheduled task \\Jobs\\Quotes"),
        ("console", "no service of NSSM Quotes"),
    ],
)
def test_a_service_that_is_not_there_is_told_before_anything_is_fetched(kind: str, words: str) -> None:
    there = Member(kind)
    there.service, there.site, there.task_actions, there.nssm = None, None, [], {}
    with pytest.raises(NotFound, match=words):
        there.stage("1.0")
    assert len(there.calls) == 2
    assert not there.files


def test_a_site_with_another_pool_is_refused_before_anything_is_fetched() -> None:
    there = Member("iis")
    with pytest.raises(Refused, match="has the application pool Quotes, not Shop"):
        there.stage("1.0", application_pool="Shop")


def test_a_task_with_two_actions_is_refused() -> None:
    there = Member("scheduled_task")
    there.task_actions *= 2
    with pytest.raises(Refused, match="has 2 actions"):
        there.stage("1.0")


def test_a_folder_in_the_place_of_the_junction_is_refused() -> None:
    there = Member(switch="junction")
    there.folders.add(rf"{ROOT}\current")
    with pytest.raises(Refused, match="is not a junction"):
        there.stage("1.0")


def test_a_release_that_is_not_whole_is_not_switched_to(member: Any) -> None:
    member.folders.add(rf"{ROOT}\releases\1.1")
    with pytest.raises(NotFound, match="releases that are: 1.0. Nothing was switched"):
        member.make_current("1.1")
    assert member.log == []


def test_the_current_the_named_and_the_latest_releases_are_kept(member: Any) -> None:
    for version in ("1.1", "1.2", "1.3"):
        member.stage(version)
    assert member.prune(version="1.1", keep=1)["removed"] == ["1.2"]
    assert [version for version in ("1.0", "1.1", "1.2", "1.3") if member.has(version)] == ["1.0", "1.1", "1.3"]


def test_the_release_that_ran_before_is_the_first_to_be_kept(member: Any) -> None:
    member.stage("1.2")
    member.stage("1.3")
    staged = member.stage("1.1")
    member.make_current("1.1", staged=staged)
    assert member.prune(version="1.1", staged=staged, keep=1)["removed"] == ["1.2", "1.3"]
    assert member.has("1.0")
    assert member.has("1.1")


def test_a_release_that_could_not_be_removed_wholly_does_not_look_whole(member: Any) -> None:
    member.stage("1.1")
    asked = member.win_file

    def in_use(path: str, state: str) -> dict[str, Any]:
        if path == rf"{ROOT}\releases\1.1":
            return {"failed": True, "msg": "Failed to delete Quotes.exe: it is being used by another process."}
        done: dict[str, Any] = asked(path, state)
        return done

    member.win_file = in_use
    with pytest.raises(RolloutError, match="being used by another process"):
        member.prune(keep=0)
    with pytest.raises(NotFound):
        member.make_current("1.1")
