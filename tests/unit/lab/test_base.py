# SPDX-License-Identifier: GPL-3.0-or-later
"""A base tree of a suite that is newer than this machine's debootstrap."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.hybrid.rollout.tests.lab.machines import base


def test_a_suite_that_debootstrap_does_not_know_is_built_with_the_script_of_unstable(tmp_path: Path) -> None:
    for known in ("sid", "bookworm"):
        (tmp_path / known).touch()
    assert base.script_for("bookworm", tmp_path) == []
    assert base.script_for("forky", tmp_path) == [str(tmp_path / "sid")]
