# SPDX-License-Identifier: GPL-3.0-or-later
"""A step that outlived its controller, and the next one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.plugins.module_utils._release.alone import Busy, alone


def test_the_next_step_waits_for_the_one_at_work(tmp_path: Path) -> None:
    before = alone(str(tmp_path), Clock(lambda: 0.0, lambda _seconds: None))
    before.__enter__()
    waited: list[float] = []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 3:
            before.__exit__(None, None, None)

    with alone(str(tmp_path), Clock(lambda: sum(waited), sleep)):
        assert len(waited) == 3


def test_a_step_that_does_not_end_is_named_with_what_to_do(tmp_path: Path) -> None:
    waited = [0.0]
    clock = Clock(lambda: sum(waited), waited.append)
    with (
        alone(str(tmp_path), clock),
        pytest.raises(Busy, match=r"for more than 120 s.*fuser .*\.rollout\.lock"),
        alone(str(tmp_path), clock),
    ):
        raise AssertionError("two at once")


def test_where_no_release_ever_was_nothing_is_made(tmp_path: Path) -> None:
    with alone(str(tmp_path / "quotes"), Clock(lambda: 0.0, lambda _seconds: None)):
        assert os.listdir(tmp_path) == []
