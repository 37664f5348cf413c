# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
from typing import Any, Optional

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._release.prune import unneeded
from ansible_collections.hybrid.rollout.plugins.module_utils._release.tree import Release

HISTORY = [Release(version, "d", activated) for activated, version in enumerate(["0.7", "0.9", "0.8", "1.0", "1.1"])]


@pytest.mark.parametrize(
    ("current", "named", "keep", "removed"),
    [
        ("1.1", "1.1", 3, ["0.7"]),
        ("1.1", "1.1", 1, ["0.7", "0.8", "0.9"]),
        ("1.1", None, 0, ["0.7", "0.8", "0.9", "1.0"]),
        ("0.7", "1.1", 1, ["0.8", "0.9"]),
        (None, None, 2, ["0.7", "0.8", "0.9"]),
        ("1.1", None, 9, []),
    ],
)
def test_what_was_made_current_last_is_kept(
    current: Optional[str], named: Optional[str], keep: int, removed: list[str]
) -> None:
    assert unneeded(HISTORY, current, named, keep) == removed


def test_old_releases_are_foretold_then_removed_then_gone(member: Any) -> None:
    for number, version in enumerate(["0.7", "0.8", "0.9"]):
        member.publish(version)
        member.stage(version)
        os.utime(member.root / f"releases/{version}/.release.json", (number, number))
    (member.root / "releases/by-hand").mkdir()
    foretold = member.task("pruned", version="1.1", keep=1, check_mode=True)
    assert foretold["removed"] == ["0.7", "0.8"]
    assert "0.7" in member.releases()
    assert member.task("pruned", version="1.1", keep=1) == foretold
    assert member.releases() == ["0.9", "1.0", "1.1", "by-hand"]
    again = member.task("pruned", version="1.1", keep=1)
    assert (again["changed"], again["removed"]) == (False, [])


def test_the_release_that_runs_stays_whatever_is_asked(member: Any) -> None:
    assert member.task("pruned", keep=0)["removed"] == ["1.1"]
    assert member.releases() == ["1.0"]
    assert (member.root / "current/bin/quotes").exists()


def test_a_release_counts_from_when_it_was_made_current(member: Any) -> None:
    for version in ("1.0", "1.1"):
        os.utime(member.root / f"releases/{version}/.release.json", (1, 1))
    member.make_current("1.1")
    member.publish("1.2")
    member.stage("1.2")
    os.utime(member.root / "releases/1.2/.release.json", (2, 2))
    member.make_current("1.0")
    assert member.task("pruned", keep=1)["removed"] == ["1.2"]


def test_nothing_to_prune_where_there_is_no_release(host: Any) -> None:
    assert host.task("pruned")["changed"] is False
