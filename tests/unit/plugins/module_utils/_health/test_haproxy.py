# SPDX-License-Identifier: GPL-3.0-or-later
"""What the gate makes of a server's words, without a load balancer."""

from __future__ import annotations

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import (
    Admin,
    Check,
    Epoch,
    Operation,
    Server,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._health.haproxy import Count, not_serving

CHECKED = 0x06


def server(admin: int = 0, operation: int = 2, check: Check = Check()) -> Server:  # noqa: B008 - a frozen value
    return Server("app1", Admin(admin), Operation(operation), "UP", 0, 0, check)


@pytest.mark.parametrize(
    ("seen", "well"),
    [
        (server(), True),
        (server(check=Check(CHECKED, rise=2, fall=3, health=4)), True),
        (server(check=Check(CHECKED, rise=2, fall=3, health=3)), False),
        (server(check=Check(CHECKED | 0x08, rise=2, fall=3, health=4)), False),
        (server(admin=0x01), False),
        (server(admin=0x08), False),
        (server(operation=0), False),
    ],
)
def test_a_server_is_well_when_it_is_in_up_and_has_passed_all_its_checks(seen: Server, well: bool) -> None:
    assert (not_serving(seen) == []) is well


def test_what_a_process_counted_stays_counted_when_another_takes_over() -> None:
    old, new = Epoch(1, 100), Epoch(2, 200)
    count = Count(old, {"econ": 5}, {"econ": 5}).after(old, {"econ": 7}).after(new, {"econ": 1}).after(new, {"econ": 4})
    assert count.deltas() == {"econ": 6}
