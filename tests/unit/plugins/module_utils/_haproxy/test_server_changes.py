# SPDX-License-Identifier: GPL-3.0-or-later
"""From what a server is to what is wanted of it: nothing more than needed, in the order that is safe, and back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput, Refused
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.changes import (
    changes_of,
    check_allowed,
    settings_back,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.endpoint import read_endpoints
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import (
    Admin,
    Check,
    Operation,
    Server,
    ServerKey,
    Settings,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.replies import confirms
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.wish import Ramp, Wish, read_patience, read_wish

KEY = ServerKey("lb1", "quotes", "app1")
SETTINGS = Settings(100, 100, "10.0.0.1", 80, 0, 0x16)
UP = Server("app1", Admin(0), Operation.RUNNING, "UP", 0, 0, Check(6, 2, 3, 4), settings=SETTINGS)
OUT = replace(UP, admin=Admin.FORCED_MAINTENANCE, operation=Operation.STOPPED, check=Check(14, 2, 3, 0))


def orders(server: Server, **wish: Any) -> list[str]:
    return [change.order.command() for change in changes_of(KEY, server, Wish(**wish))]


def test_what_is_as_wanted_is_no_change() -> None:
    wish = {"state": "ready", "weight": "100%", "address": "10.0.0.1", "port": 80, "maxconn": 0, "agent": "enabled"}
    assert orders(UP, health="enabled", **wish) == []
    assert orders(UP, ramp=Ramp([10, 100], 1), state="ready") == []


def test_the_agent_is_silenced_first_and_speaks_last() -> None:
    assert orders(UP, agent="disabled", health="disabled", weight="0", state="maint") == [
        "disable agent quotes/app1",
        "disable health quotes/app1",
        "set server quotes/app1 weight 0",
        "set server quotes/app1 state maint",
    ]
    silent = replace(OUT, settings=replace(SETTINGS, agent_state=0x12))
    assert orders(silent, agent="enabled", port=81, maxconn=5, state="ready") == [
        "set server quotes/app1 addr 10.0.0.1 port 81",
        "set maxconn server quotes/app1 5",
        "set server quotes/app1 state ready",
        "enable agent quotes/app1",
    ]


def test_fresh_checks_are_needed_after_maintenance_only() -> None:
    def fresh(server: Server, **wish: Any) -> bool:
        return next(change.fresh for change in changes_of(KEY, server, Wish(**wish)) if change.what == "state")

    assert fresh(OUT, state="ready")
    assert not fresh(replace(UP, admin=Admin.FORCED_DRAIN), state="ready")
    assert not fresh(OUT, state="ready", health="disabled")
    assert not fresh(replace(OUT, check=Check()), state="ready")
    unchecked = replace(OUT, check=Check(2, 2, 3, 4))
    assert fresh(unchecked, state="ready", health="enabled")
    assert orders(OUT, state="drain") == [
        "set server quotes/app1 state drain;set server quotes/app1 health down",
    ]


def test_settings_go_back_to_what_they_were_and_nothing_else_does() -> None:
    now = replace(UP, settings=Settings(5, 100, "10.0.0.2", 81, 7, 0x12), check=Check(2))
    assert [order.command() for order in settings_back(KEY, UP, now)] == [
        "set server quotes/app1 addr 10.0.0.1 port 80",
        "set maxconn server quotes/app1 0",
        "set server quotes/app1 weight 100%",
        "enable health quotes/app1",
        "enable agent quotes/app1",
    ]
    assert list(settings_back(KEY, UP, UP)) == []


def test_one_owner_a_server() -> None:
    for wish in (Wish(state="maint"), Wish(weight="50"), Wish(ramp=Ramp([10, 50], 1))):
        with pytest.raises(Refused, match="the last writer wins"):
            for change in changes_of(KEY, UP, wish):
                check_allowed(change, UP, wish)
    allowed = Wish(state="maint", agent="disabled")
    for change in changes_of(KEY, UP, allowed):
        check_allowed(change, UP, allowed)
    port = Wish(port=81)
    for change in changes_of(KEY, UP, port):
        check_allowed(change, UP, port)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "nothing is asked"),
        ({"weight": "257"}, "0 to 256"),
        ({"weight": "5 x"}, "0 to 256"),
        ({"weight": "101%"}, "0% to 100%"),
        ({"ramp": {"steps": [50, 10], "interval_seconds": 1.0}}, "rising"),
        ({"ramp": {"steps": [], "interval_seconds": 1.0}}, "rising"),
        ({"ramp": {"steps": [10], "interval_seconds": 1.0}, "state": "maint"}, "takes them out"),
        ({"address": "lb1; show info"}, "does not appear to be an IPv4 or IPv6 address"),
        ({"maxconn": -1}, "maxconn is -1"),
        ({"state": "maint", "wait_for": "healthy"}, "not to serve"),
        ({"state": "ready", "wait_for": "drained"}, "would never end"),
        ({"state": "drain", "wait_for": "removable"}, "needs state maint"),
        ({"wait_for": "healthy", "on_timeout": "shutdown_sessions"}, "does not go with wait_for healthy"),
        ({"state": "maint", "poll_interval_seconds": 0.0}, "more than 0"),
        ({"state": "maint", "min_active": "many"}, "min_active is 'many'"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anybody_is_asked(options: dict[str, Any], words: str) -> None:
    defaults = {"timeout_seconds": 1.0, "poll_interval_seconds": 0.1, "on_timeout": "restore", "min_active": "1"}
    with pytest.raises(BadInput, match=words):
        read_wish({**defaults, **options})
        read_patience({**defaults, **options})


def test_only_a_confirmed_address_is_no_complaint() -> None:
    done = "by 'stats socket command'"
    line = "set server quotes/app1 addr 10.0.0.1 port 80;show cli level"
    assert confirms(f"IP changed from '10.0.0.1' to '::1', port changed from '80' to '81' {done}", line)
    assert confirms(f"no need to change the addr, no need to change the port {done}", line)
    assert confirms(f"IP changed from '10.0.0.1' to '10.0.0.2' {done}", line)
    assert confirms(f"port changed from '80' to '81' {done}", line)
    assert confirms("nothing changed", line)
    assert not confirms(f"Invalid addr 'zzz' {done}", line)
    assert not confirms(f"IP changed from '10.0.0.1' to '::1', port out of range {done}", line)


def test_not_every_endpoint_may_be_down() -> None:
    one = {"url": "master+unix:///run/master.sock", "name": "lb1", "may_be_down": True}
    with pytest.raises(BadInput, match="at least one has to be up"):
        read_endpoints([one])
    first, second = read_endpoints([one, {"url": "unix:///run/admin.sock"}])
    assert (first.scheme, first.path, first.may_be_down) == ("master+unix", "/run/master.sock", True)
    assert not second.may_be_down
