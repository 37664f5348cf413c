# SPDX-License-Identifier: GPL-3.0-or-later
"""Two hosts of one suite, app1 and app2."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.integration.lab._small_lab import SmallLab, base_of, lab_of

HOSTS = """\
all:
  vars:
    lab_bridge: {bridge}
    lab_controller_address: {network}.1/24
    lab_suite: bookworm
  hosts:
    app1:
      ansible_host: {network}.21
    app2:
      ansible_host: {network}.22
"""


@pytest.fixture(scope="session")
def base() -> Path:
    return base_of()


@pytest.fixture
def empty_lab() -> Iterator[SmallLab]:
    """A lab that has no base tree yet."""
    with lab_of(HOSTS) as lab:
        yield lab


@pytest.fixture
def small_lab(empty_lab: SmallLab, base: Path) -> SmallLab:
    empty_lab.use(base)
    return empty_lab
