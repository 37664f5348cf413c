# SPDX-License-Identifier: GPL-3.0-or-later
"""Every story of the ledger that is told of SQLite in the unit tests, told of a real PostgreSQL."""

from __future__ import annotations

from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._ledger import (
    test_control,
    test_ending,
    test_lease,
    test_ledger,
    test_limits,
    test_under_way,
    test_waiting,
)

for _stories in (test_control, test_ending, test_lease, test_ledger, test_limits, test_under_way, test_waiting):
    globals().update({name: story for name, story in vars(_stories).items() if name.startswith("test_")})
