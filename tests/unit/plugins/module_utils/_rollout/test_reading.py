# SPDX-License-Identifier: GPL-3.0-or-later
"""From HAProxy's words to the members of a plan."""

from __future__ import annotations

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import NotFound
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import (
    Admin,
    Check,
    Epoch,
    Operation,
    Process,
    Server,
    Snapshot,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.reading import Answer, members_found, online_pools

READY, MAINT, DRAIN = Admin(0), Admin.FORCED_MAINTENANCE, Admin.FORCED_DRAIN
UP, DOWN = Operation.RUNNING, Operation.STOPPED
APP1 = [{"name": "app1", "server": "web1", "zone": "a"}]


def server(admin: Admin, operation: Operation = UP, backup: bool = False) -> Server:
    return Server("web1", admin, operation, "", 0, 0, Check(), backup)


def seen(endpoint: str, online: Server, maintenance: Server, **more: Server) -> Snapshot:
    pools = {"quotes": {"web1": online, **more}, "quotes_maintenance": {"web1": maintenance}}
    return Snapshot(endpoint, "", Process(Epoch(1, 1), "2.6"), "admin", pools)


def found(*snapshots: Snapshot) -> tuple[str, dict[str, bool]]:
    member = members_found(
        snapshots, "quotes", "quotes_maintenance", APP1, answers={"app1": Answer("1.0")}, seconds={}
    )[0]
    return member.placement, dict(member.serving)


def test_a_member_is_where_all_endpoints_say_it_is() -> None:
    online, away = seen("lb1", server(READY), server(MAINT)), seen("lb2", server(MAINT), server(READY))
    assert found(online) == ("online", {"lb1": True})
    assert found(away) == ("maintenance", {"lb2": False})
    assert found(online, away) == ("mixed", {"lb1": True, "lb2": False})


def test_a_member_that_is_down_or_draining_does_not_serve() -> None:
    assert found(seen("lb1", server(READY, DOWN), server(MAINT))) == ("online", {"lb1": False})
    assert found(seen("lb1", server(DRAIN), server(MAINT))) == ("mixed", {"lb1": False})


def test_a_server_that_an_endpoint_does_not_have_is_an_error_with_the_cure() -> None:
    other = [{"name": "app1", "server": "app1", "zone": None}]
    with pytest.raises(NotFound, match="app1 is server app1 for HAProxy, but lb1 .* it has web1.*rollout_server_name"):
        members_found(
            [seen("lb1", server(READY), server(MAINT))], "quotes", "quotes_maintenance", other, answers={}, seconds={}
        )


def test_backup_servers_are_not_counted_in_the_pool() -> None:
    snapshot = seen("lb1", server(READY), server(MAINT), spare=server(READY, backup=True), down=server(READY, DOWN))
    pool = online_pools([snapshot], "quotes")[0]
    assert (pool.size, pool.serving) == (2, 1)
