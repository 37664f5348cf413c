# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's Mono for tests, which this machine need not have."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.lab.machines.mono import Mono
from ansible_collections.hybrid.rollout.tests.lab.machines.system import LabError


def mono_or_skip(home: Path) -> Mono:
    try:
        return Mono(home)
    except LabError as without:
        pytest.skip(str(without))
