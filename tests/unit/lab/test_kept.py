# SPDX-License-Identifier: GPL-3.0-or-later
"""What is built once is whole or not there."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.lab.machines import base, kept


def write_part(place: Path) -> None:
    (place / "part").write_text("whole")


def fail_halfway(place: Path) -> None:
    (place / "part").write_text("half")
    raise InterruptedError


def refuse(place: Path) -> None:
    raise AssertionError(f"built again at {place}")


def test_it_is_built_once(tmp_path: Path) -> None:
    kept.keep(tmp_path / "base", {"packages": ["a"]}, write_part)
    kept.keep(tmp_path / "base", {"packages": ["a"]}, refuse)
    assert (tmp_path / "base" / "part").read_text() == "whole"


def test_a_changed_recipe_builds_it_anew(tmp_path: Path) -> None:
    kept.keep(tmp_path / "base", {"packages": ["a"]}, lambda place: (place / "old").touch())
    kept.keep(tmp_path / "base", {"packages": ["a", "b"]}, write_part)
    assert sorted(file.name for file in (tmp_path / "base").iterdir()) == [kept.RECIPE, "part"]


def test_an_interrupted_build_is_not_taken_for_a_whole_one(tmp_path: Path) -> None:
    with pytest.raises(InterruptedError):
        kept.keep(tmp_path / "base", {}, fail_halfway)
    assert not kept.is_made(tmp_path / "base", {})
    assert kept.unfinished(tmp_path) == [tmp_path / "base.unfinished"]
    kept.keep(tmp_path / "base", {}, write_part)
    assert (tmp_path / "base" / "part").read_text() == "whole"
    assert kept.unfinished(tmp_path) == []


def test_a_failed_rebuild_leaves_the_old_one_in_place(tmp_path: Path) -> None:
    kept.keep(tmp_path / "base", {"revision": 1}, write_part)
    with pytest.raises(InterruptedError):
        kept.keep(tmp_path / "base", {"revision": 2}, fail_halfway)
    assert kept.is_made(tmp_path / "base", {"revision": 1})


def test_the_base_is_out_of_date_when_its_packages_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.keep(base.tree(tmp_path, "bookworm"), base.recipe("bookworm"), write_part)
    assert base.is_made(tmp_path, "bookworm")
    monkeypatch.setattr(base, "PACKAGES", (*base.PACKAGES, "strace"))
    assert base.is_out_of_date(tmp_path, "bookworm")
