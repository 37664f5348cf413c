# SPDX-License-Identifier: GPL-3.0-or-later
"""A stage for each ending."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.integration.traps._plays import Stage


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)
