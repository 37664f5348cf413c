# SPDX-License-Identifier: GPL-3.0-or-later
"""The records outlive the command that wrote them, and nothing is removed that is not in them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.lab.machines import lab
from ansible_collections.hybrid.rollout.tests.lab.machines.records import Record, Records


def test_another_command_reads_them_in_the_order_of_making(tmp_path: Path) -> None:
    Records(tmp_path / "records").write("bridge", "hrtest0")
    Records(tmp_path / "records").write("namespace", "hrtest0-app1")
    assert Records(tmp_path / "records").read() == [Record("bridge", "hrtest0"), Record("namespace", "hrtest0-app1")]


def test_a_second_up_adds_nothing(tmp_path: Path) -> None:
    records = Records(tmp_path / "records")
    records.write("bridge", "hrtest0")
    records.write("bridge", "hrtest0")
    assert len(records.read()) == 1


def test_a_crash_while_writing_leaves_the_records_as_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(_file: int) -> None:
        raise InterruptedError

    records = Records(tmp_path / "records")
    records.write("bridge", "hrtest0")
    monkeypatch.setattr(os, "fsync", crash)
    with pytest.raises(InterruptedError):
        records.write("namespace", "hrtest0-app1")
    assert records.read() == [Record("bridge", "hrtest0")]


def test_what_was_recorded_and_never_made_is_no_hindrance(tmp_path: Path) -> None:
    for kind in ("bridge", "link", "namespace", "mount", "directory", "machine"):
        lab.undo(Record(kind, str(tmp_path / "never") if kind in ("mount", "directory", "machine") else "hrnever0"))


def test_a_control_group_is_removed_with_the_groups_inside_it(tmp_path: Path) -> None:
    (tmp_path / "group" / "system.slice" / "ssh.service").mkdir(parents=True)
    lab.undo(Record("directory", str(tmp_path / "group")))
    assert not (tmp_path / "group").exists()
