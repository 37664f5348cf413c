# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.commands import Action
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import Admin, Check, Operation, Server
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.put_back import way_back

CHECKED = Check(state=6, rise=2, fall=3, health=4)


def server(admin: int, check: Check = CHECKED) -> Server:
    return Server("app1", Admin(admin), Operation.RUNNING, "", 0, 0, check)


READY, DRAINING, OUT = server(0), server(8), server(1)


@pytest.mark.parametrize(
    ("before", "now", "told", "orders"),
    [
        (READY, READY, {Action.DRAIN}, []),
        (READY, DRAINING, {Action.DRAIN}, [Action.READY]),
        (READY, DRAINING, {Action.DRAIN, Action.SHUTDOWN_SESSIONS}, [Action.READY]),
        (READY, OUT, {Action.DRAIN, Action.MAINT}, [Action.GATE, Action.READY]),
        (READY, OUT, {Action.DRAIN}, [Action.GATE, Action.READY]),
        (READY, DRAINING, {Action.DRAIN, Action.MAINT}, [Action.GATE, Action.READY]),
        (DRAINING, READY, {Action.READY}, [Action.DRAIN]),
        (DRAINING, OUT, {Action.MAINT}, [Action.GATE]),
        (DRAINING, DRAINING, {Action.DRAIN}, []),
        (OUT, DRAINING, {Action.GATE}, [Action.MAINT]),
        (OUT, READY, {Action.GATE, Action.READY}, [Action.MAINT]),
        (OUT, OUT, {Action.GATE}, []),
    ],
)
def test_a_server_goes_back_to_where_it_was_and_never_on_hope(
    before: Server, now: Server, told: set[Action], orders: list[Action]
) -> None:
    assert way_back(before, now, told, testers_only=False) == orders


def test_testers_and_servers_without_checks_need_no_fresh_checks() -> None:
    assert way_back(READY, OUT, {Action.MAINT}, testers_only=True) == [Action.READY]
    unchecked = server(0, Check())
    assert way_back(unchecked, server(1, Check()), {Action.MAINT}, testers_only=False) == [Action.READY]
