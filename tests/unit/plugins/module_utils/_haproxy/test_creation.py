# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server will be that HAProxy does not have yet, and what it may not be asked for."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput, Refused
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.commands import Action, Order
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.creation import Creation
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import Epoch, Process, ServerKey, Snapshot
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.versions import require_for
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.wish import (
    read_patience,
    read_selection,
    read_wish,
)

KEY = ServerKey("lb1", "quotes", "app9")
OPTIONS: dict[str, Any] = {
    "servers": ["app9"],
    "match": "name",
    "backends": ["quotes"],
    "min_matches": 1,
    "address": "10.0.0.9",
    "port": 8080,
    "create": {"parameters": ["check"]},
    "timeout_seconds": 1.0,
    "poll_interval_seconds": 0.1,
    "on_timeout": "restore",
    "min_active": "1",
}


def read(**options: Any) -> None:
    given = {**OPTIONS, **options}
    read_selection(given)
    read_wish(given)
    read_patience(given)


@pytest.mark.parametrize(
    ("neighbours", "creation", "weight"),
    [
        ([100, 100], Creation("10.0.0.9", 8080), 100),
        ([100, 50], Creation("10.0.0.9", 8080), 1),
        ([], Creation("10.0.0.9", 8080), 1),
        ([100], Creation("10.0.0.9", 8080, weight=30), 30),
        ([100], Creation("10.0.0.9", 8080, weight=0), 0),
        ([100], Creation("10.0.0.9", 8080, weight=30, parameters=("weight", "60")), 60),
    ],
)
def test_a_new_server_weighs_what_it_is_told_or_what_the_others_do(
    neighbours: list[int], creation: Creation, weight: int
) -> None:
    others = [Creation("10.0.0.1", 8080, weight=neighbour).newborn("app1", []) for neighbour in neighbours]
    server = creation.newborn("app9", others)
    assert (server.settings.initial_weight, server.settings.weight) == (weight, weight)
    assert creation.line(server).split().count("weight") == 1


def test_its_line_is_what_stands_in_a_configuration() -> None:
    creation = Creation("::1", 8080, maxconn=30, parameters=("check", "agent-check", "agent-port", "9"))
    server = creation.newborn("app9", [])
    line = "[::1]:8080 check agent-check agent-port 9 weight 1 maxconn 30"
    assert creation.line(server) == line
    assert (server.health, server.settings.agent, server.standing()) == ("enabled", "enabled", "maintenance")
    assert Order(KEY, Action.CREATE, line).command() == (
        f"add server quotes/app9 {line};enable health quotes/app9;enable agent quotes/app9"
    )
    assert Order(KEY, Action.DELETE).command() == "del server quotes/app9"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"match": "glob"}, r"create needs the names of the servers \(match: name\) and of the backends"),
        ({"backends": None}, "create needs the names of the servers"),
        ({"address": None}, "create needs address and port"),
        ({"port": None}, "create needs address and port"),
        ({"state": "drain"}, "create does not go with state drain"),
        ({"wait_for": "removable", "state": "maint"}, "wait_for removable does not go with create"),
        ({"fqdn": "app9.example"}, "goes neither with address nor with create"),
        ({"create": {"parameters": ["check;quit"]}}, "has a character that does not belong into a server line"),
        ({"create": {"parameters": ["check\nquit"]}}, "has a character that does not belong into a server line"),
        ({"create": {"parameters": ["check\\"]}}, "has a character that does not belong into a server line"),
        ({"create": {"parameters": ["<<"]}}, "has a character that does not belong into a server line"),
        ({"create": {"parameters": [""]}}, "has a character that does not belong into a server line"),
        ({"create": {"parameters": ["track quotes/app1"]}}, "parameter track is not for here"),
        ({"create": {"parameters": ["check", "disabled"]}}, "parameter disabled is not for here"),
        ({"create": {"parameters": ["maxconn 5"]}}, "parameter maxconn is not for here"),
        ({"create": {"parameters": ["weight"]}}, "parameter weight is followed by ''"),
        ({"create": {"parameters": ["weight 300"]}}, "parameter weight is followed by '300'"),
        ({"create": None, "state": "absent"}, "state absent deletes the servers"),
        (
            {"create": None, "address": None, "port": None, "state": "absent", "wait_for": "healthy"},
            "wait_for healthy does not go with state absent",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anybody_is_asked(options: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        read(**options)


@pytest.mark.parametrize(
    ("version", "action"),
    [("2.4.27", Action.CREATE), ("2.5.1", Action.DELETE), ("1.7.9", Action.FQDN), ("1.6.3", Action.ADDRESS)],
)
def test_a_haproxy_that_is_too_old_is_told_so(version: str, action: Action) -> None:
    seen = Snapshot("lb1", "unix:///run/admin.sock", Process(Epoch(1, 1), version), "admin", {})
    with pytest.raises(Refused, match=rf"HAProxy lb1 is version {version}: .* came with \d\.\d"):
        require_for(seen, action)
    require_for(Snapshot("lb1", seen.url, Process(Epoch(1, 1), "2.6.12"), "admin", {}), action)
