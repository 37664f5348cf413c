# SPDX-License-Identifier: GPL-3.0-or-later
"""The tests beside this file run on the HAProxys that HAPROXY_SUITES names; here is which those are."""

from __future__ import annotations

import pytest
from ansible_collections.hybrid.rollout.tests.integration.haproxy._processes import (
    haproxy_command,
    suites,
    version_of,
)

STANDS_FOR = {"bookworm": "2.6.", "trixie": "3.0.", "forky": "3.2."}


@pytest.mark.parametrize("suite", suites())
def test_the_haproxy_of_a_suite_is_there_and_of_the_version_that_it_stands_for(suite: str) -> None:
    command = haproxy_command(suite)
    if not command:
        pytest.skip(f"no HAProxy of {suite}: `tests/lab/lab base {suite}` (as root) makes its tree")
    assert version_of(command).startswith(STANDS_FOR[suite])
