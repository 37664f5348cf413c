# SPDX-License-Identifier: GPL-3.0-or-later
"""Limits are raised where they are low, and never lowered."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.hybrid.rollout.tests.lab.machines import inotify


def test_a_low_limit_is_raised_and_said_and_a_high_one_left(tmp_path: Path) -> None:
    (tmp_path / "max_user_instances").write_text("128\n")
    (tmp_path / "max_user_watches").write_text("999999999\n")
    said: list[str] = []
    inotify.make_room(said.append, tmp_path)
    assert (tmp_path / "max_user_instances").read_text() == "8192"
    assert (tmp_path / "max_user_watches").read_text() == "999999999\n"
    assert [line.split(":")[0] for line in said] == ["fs.inotify.max_user_instances"]
