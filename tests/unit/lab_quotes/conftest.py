# SPDX-License-Identifier: GPL-3.0-or-later
"""The edition of quotes that the stories here are told of."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.unit.lab_quotes.edition import Run
from ansible_collections.hybrid.rollout.tests.unit.lab_quotes.running_quotes import running


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return partial(running, folder=tmp_path)
