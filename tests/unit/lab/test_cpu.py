# SPDX-License-Identifier: GPL-3.0-or-later
"""What a machine costs is read where the kernel counts it."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.lab.machines import cpu


@pytest.mark.parametrize("group", ["hrtest0-app1", "machine.slice/hrtest0-app1.scope"])
def test_cpu_is_read_from_the_machines_own_group(tmp_path: Path, group: str) -> None:
    (tmp_path / group).mkdir(parents=True)
    (tmp_path / group / "cpu.stat").write_text("usage_usec 5091903\nuser_usec 4047019\nsystem_usec 1044884\n")
    assert cpu.seconds_of("hrtest0-app1", [tmp_path / "elsewhere", tmp_path]) == 5.091903


def test_where_nothing_counts_the_answer_is_not_a_number(tmp_path: Path) -> None:
    assert math.isnan(cpu.seconds_of("hrtest0-app1", [tmp_path]))
