# SPDX-License-Identifier: GPL-3.0-or-later
"""One setting of a sane load balancer is changed, and exactly that is reported."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.asked import Asked, Settings, Socket
from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.check import judge
from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.rules_between import Seen
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import (
    Admin,
    Check,
    Epoch,
    Operation,
    Process,
    Server,
    Snapshot,
)

CHECK = Check(6, 2, 3, 4, "L7OK")
SERVER = Server("app1", Admin(0), Operation.RUNNING, "UP", 0, 0, CHECK)
SOCKETS = (Socket("unix@/run/haproxy/admin.sock", "admin"), Socket("ipv4@127.0.0.1:9999", "admin"))


def settings(weight: int = 100, initial_weight: int = 100, agent: int = 0, **server: Any) -> Settings:
    return Settings(replace(SERVER, **server), weight, initial_weight, agent)


def endpoint(
    name: str, one: Settings, *, version: str = "2.6.12", algorithm: str = "roundrobin", **others: Any
) -> Asked:
    pools = others.pop("pools", None) or {pool: {"app1": settings(), "app2": one} for pool in ("quotes", "spare")}
    snapshot = Snapshot(name, f"unix:///{name}", Process(Epoch(1, 1), version), "admin", {})
    return Asked(snapshot, pools, dict.fromkeys(pools, algorithm), others.pop("sockets", SOCKETS))


def found(*endpoints: Asked, online: str = "quotes", maintenance: str = "spare") -> list[tuple[str, str]]:
    return [(finding.code, finding.where) for finding in judge(Seen(endpoints, [], online, maintenance))]


def pair(one: Settings, **others: Any) -> list[tuple[str, str]]:
    return found(endpoint("lb1", settings()), endpoint("lb2", one, **others))


@pytest.mark.parametrize(
    "one",
    [
        settings(),
        settings(admin=Admin.FORCED_MAINTENANCE, check=replace(CHECK, state=14), operation=Operation.STOPPED),
        settings(weight=0, admin=Admin.FORCED_DRAIN),
        settings(agent=0x12),
        settings(weight=50),
        settings(weight=1, initial_weight=1),
    ],
)
def test_a_sane_estate_has_nothing_to_report(one: Settings) -> None:
    assert pair(one) == []


@pytest.mark.parametrize(
    ("one", "code"),
    [
        (settings(check=Check()), "server_without_check"),
        (settings(check=replace(CHECK, state=2)), "server_without_check"),
        (settings(check=replace(CHECK, state=14)), "check_paused"),
        (settings(weight=0), "weight_zero"),
        (settings(initial_weight=1, agent=0x12), "agent_on_low_weight"),
        (settings(agent=0x16), "two_owners"),
        (settings(check=Check(), tracked="quotes/app1"), "tracked_server"),
    ],
)
def test_a_dangerous_server_is_named(one: Settings, code: str) -> None:
    assert pair(one) == [(code, "lb2/quotes/app2"), (code, "lb2/spare/app2")]


def test_an_agent_elsewhere_is_nobodys_rival_until_somebody_gives_an_order() -> None:
    assert found(*(endpoint(name, settings(agent=0x16)) for name in ("lb1", "lb2")), online="", maintenance="") == []
    drained_by_its_agent = settings(agent=0x16, admin=Admin.FORCED_DRAIN)
    assert found(endpoint("lb1", settings()), endpoint("lb2", drained_by_its_agent), online="", maintenance="") == []
    held = settings(agent=0x16, admin=Admin.FORCED_MAINTENANCE)
    assert found(endpoint("lb1", settings()), endpoint("lb2", held), online="", maintenance="") == [
        ("two_owners", "lb2/quotes/app2"),
        ("two_owners", "lb2/spare/app2"),
    ]


@pytest.mark.parametrize(("algorithm", "code"), [("static-rr", "static_balance"), ("first", "balance_first")])
def test_an_algorithm_that_hinders_a_rollout_is_named(algorithm: str, code: str) -> None:
    assert pair(settings(), algorithm=algorithm) == [(code, "lb2/quotes"), (code, "lb2/spare")]


@pytest.mark.parametrize(
    ("address", "level", "code"),
    [
        ("ipv4@0.0.0.0:9999", "admin", "clear_text_admin_socket"),
        ("ipv6@[::]:9999", "admin", "clear_text_admin_socket"),
        ("ipv4@10.0.0.5:9999", "operator", "clear_text_stats_socket"),
    ],
)
def test_a_socket_on_the_network_is_named(address: str, level: str, code: str) -> None:
    assert pair(settings(), sockets=[*SOCKETS, Socket(address, level)]) == [(code, f"lb2/{address}")]


def test_load_balancers_that_are_not_alike_are_named() -> None:
    fewer = {"quotes": {"app1": settings()}, "spare": {"app1": settings()}}
    assert pair(settings(), pools=fewer) == [("servers_differ", "lb2/quotes"), ("servers_differ", "lb2/spare")]
    absent = {"quotes": {"app1": settings(), "app2": settings()}}
    assert ("servers_differ", "lb2/spare") in pair(settings(), pools=absent)
    assert pair(settings(), version="3.0.11") == [("versions_differ", "lb1, lb2")]
    assert found(endpoint("lb1", settings())) == [("one_endpoint", "lb1")]


def test_pools_with_different_servers_are_named_on_every_endpoint() -> None:
    pools = {"quotes": {"app1": settings(), "app2": settings()}, "spare": {"app1": settings()}}
    both = [endpoint(name, settings(), pools=pools) for name in ("lb1", "lb2")]
    assert found(*both) == [("pools_differ", "lb1/quotes"), ("pools_differ", "lb2/quotes")]
