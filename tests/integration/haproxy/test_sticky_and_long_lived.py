# SPDX-License-Identifier: GPL-3.0-or-later
"""Customers that stick to a member and connections that never end by themselves: how a member gets rid of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError, TimedOut
from ansible_collections.hybrid.rollout.tests.integration.haproxy._background import in_background
from ansible_collections.hybrid.rollout.tests.integration.haproxy._processes import suites, until
from ansible_collections.hybrid.rollout.tests.integration.haproxy._sticky import StickyHAProxy
from ansible_collections.hybrid.rollout.tests.integration.haproxy._traffic import Customers, SlowRequest
from ansible_collections.hybrid.rollout.tests.integration.haproxy._tunnel import Tunnel
from ansible_collections.hybrid.rollout.tests.integration.haproxy.conftest import Pair, pair_of
from ansible_collections.hybrid.rollout.tests.integration.haproxy.test_through_ansible import task

SHORT = {"maintenance_pool": None, "drain_timeout_seconds": 1.0}


@pytest.fixture(params=suites())
def pair(
    request: pytest.FixtureRequest, tmp_path: Path, certificates: dict[str, Path]
) -> Iterator[Pair[StickyHAProxy]]:
    with pair_of(StickyHAProxy, request.param, tmp_path, certificates) as pair:
        yield pair


def doors(pair: Pair[StickyHAProxy], pool: str) -> list[int]:
    return [lb.doors[pool] for lb in (pair.lb1, pair.lb2)]


def leave(pair: Pair[StickyHAProxy], pool: str, member: str, on_timeout: str, **others: Any) -> dict[str, Any]:
    return pair.place("offline", member, online_pool=pool, on_drain_timeout=on_timeout, **{**SHORT, **others})


def drain(pair: Pair[StickyHAProxy], pool: str, member: str) -> None:
    for lb in (pair.lb1, pair.lb2):
        assert not lb.ask(f"set server {pool}/{member} state drain").strip()


def out(pair: Pair[StickyHAProxy], pool: str, member: str) -> bool:
    return all(
        re.search(rf"^\S+ {pool} \d+ {member} \S+ 0 1 ", lb.ask(f"show servers state {pool}"), re.M)
        for lb in (pair.lb1, pair.lb2)
    )


def connected(stack: ExitStack, ports: list[int]) -> list[Tunnel]:
    """One tunnel through each port, all at the same member."""
    tunnels: list[Tunnel] = []
    for port in ports:
        while True:
            tunnel = stack.enter_context(Tunnel(port))
            until(tunnel.connected.is_set, "the tunnel is connected")
            if not tunnels or tunnel.member == tunnels[0].member:
                tunnels.append(tunnel)
                break
            tunnel.leave()
    assert all(tunnel.alive for tunnel in tunnels)
    return tunnels


def goes_on_talking(tunnel: Tunnel) -> None:
    heard = tunnel.heard
    until(lambda: tunnel.heard > heard + 3 or tunnel.end, "the tunnel talks")
    assert tunnel.alive, tunnel.end


@pytest.mark.parametrize("on_timeout", ["maint", "shutdown_sessions"])
def test_customers_with_a_cookie_keep_coming_until_the_deadline_and_then_get_a_new_one(
    pair: Pair[StickyHAProxy], on_timeout: str
) -> None:
    app1 = pair.apps["app1"]
    for app in pair.apps.values():
        app.seconds = 0.1
    with Customers(doors(pair, "shop"), per_port=6, with_cookies=True) as customers:
        until(lambda: customers.total > 30 and customers.cookies["MEMBER=app1"], "customers stick to app1")
        others = customers.cookies["MEMBER=app2"] + customers.cookies["MEMBER=app3"]
        drain(pair, "shop", "app1")
        served = app1.customers
        until(lambda: app1.customers > served + 20, "they keep coming to app1 while it drains")
        result = leave(pair, "shop", "app1", on_timeout)
        assert out(pair, "shop", "app1")
        served = app1.customers
        until(lambda: customers.total > served + 100, "traffic goes on")
        assert app1.customers == served
    assert customers.failed == {}
    assert customers.cookies["MEMBER=app2"] + customers.cookies["MEMBER=app3"] > others
    assert result["waited"]["drain_seconds"] >= 1.0
    assert (result["waited"]["forced"], result["waited"]["left"], result["warnings"]) == (False, [], [])


def test_tunnels_that_live_on_in_maintenance_hold_up_nobody_who_asks_again(pair: Pair[StickyHAProxy]) -> None:
    with ExitStack() as stack:
        tunnels = connected(stack, doors(pair, "raw"))
        left = leave(pair, "raw", tunnels[0].member, "maint")
        assert left["waited"]["left"]
        again = leave(pair, "raw", tunnels[0].member, "maint", drain_timeout_seconds=300.0)
        assert (again["moves"], again["changed"]) == ([], False)
        assert again["waited"]["left"][0]["tunnels"] == left["waited"]["left"][0]["tunnels"]
        verified = leave(pair, "raw", tunnels[0].member, "maint", verify=True, since=left, on_restart="fail")
        assert not verified["changed"]
        with pytest.raises(RolloutError, match="sessions and 0 queued requests again"):
            leave(pair, "raw", tunnels[0].member, "restore", verify=True, since=left, on_restart="fail")
        assert all(tunnel.alive for tunnel in tunnels)


def test_customers_in_a_stick_table_keep_coming_until_the_deadline_and_then_move(pair: Pair[StickyHAProxy]) -> None:
    with Customers(doors(pair, "table"), per_port=6) as customers:
        until(lambda: customers.total > 50 and customers.answers[200, "app1"], "customers stick to app1")
        drain(pair, "table", "app1")
        served = pair.apps["app1"].customers
        until(lambda: pair.apps["app1"].customers > served + 20, "they keep coming to app1 while it drains")
        leave(pair, "table", "app1", "maint")
        served = pair.apps["app1"].customers
        so_far = customers.total
        until(lambda: customers.total > so_far + 50, "traffic goes on")
        assert pair.apps["app1"].customers == served
    assert customers.failed == {}
    assert all("server_key=app1" not in lb.ask("show table table") for lb in (pair.lb1, pair.lb2))


def test_clearing_the_table_moves_customers_off_a_draining_member(pair: Pair[StickyHAProxy]) -> None:
    with Customers(doors(pair, "table"), per_port=6) as customers:
        until(lambda: customers.total > 50 and customers.answers[200, "app1"], "customers stick to app1")
        drain(pair, "table", "app1")

        def moved() -> bool:
            for lb in (pair.lb1, pair.lb2):
                lb.ask("clear table table data.server_id eq 1")
            served, asked = pair.apps["app1"].customers, customers.total
            until(lambda: customers.total > asked + 50, "customers go on asking")
            return pair.apps["app1"].customers == served

        until(moved, "the tables forget app1")
        result = leave(pair, "table", "app1", "restore", drain_timeout_seconds=20.0)
    assert customers.failed == {}
    assert not result["waited"]["forced"]


@pytest.mark.parametrize("pool", ["shop", "raw"], ids=["WebSocket", "TCP"])
def test_a_tunnel_lives_on_in_maintenance_and_is_counted_apart_from_requests(
    pair: Pair[StickyHAProxy], pool: str
) -> None:
    with ExitStack() as stack:
        tunnels = connected(stack, doors(pair, pool))
        member = tunnels[0].member
        result = leave(pair, pool, member, "maint")
        assert out(pair, pool, member)
        assert [
            (each["endpoint"], each["server"], each["requests"], each["tunnels"]) for each in result["waited"]["left"]
        ] == [
            ("lb1", member, 0, 1),
            ("lb2", member, 0, 1),
        ]
        assert result["waited"]["forced"]
        assert re.search(
            rf"lb1: {pool}/{member} still has 1 sessions and 0 queued requests: 1 tunnel \(WebSocket or TCP\), the oldest \d+ s; "
            "it is in maintenance all the same",
            result["warnings"][0],
        )
        for tunnel in tunnels:
            goes_on_talking(tunnel)


@pytest.mark.parametrize("pool", ["shop", "raw"], ids=["WebSocket", "TCP"])
def test_a_tunnel_is_cut_where_that_is_wanted(pair: Pair[StickyHAProxy], pool: str) -> None:
    with ExitStack() as stack:
        tunnels = connected(stack, doors(pair, pool))
        member = tunnels[0].member
        leaving = in_background(lambda: leave(pair, pool, member, "shutdown_sessions"))
        until(lambda: any(tunnel.end for tunnel in tunnels), "the deadline")
        result = leaving()
        assert [tunnel.wait() for tunnel in tunnels] == ["cut", "cut"]
        assert out(pair, pool, member)
        assert [each["tunnels"] for each in result["waited"]["left"]] == [1, 1]
        assert result["waited"]["forced"]
        assert result["waited"]["drain_seconds"] >= 1.0


def test_a_drain_that_fails_says_how_many_tunnels_and_how_many_requests_are_left(pair: Pair[StickyHAProxy]) -> None:
    with ExitStack() as stack:
        tunnel = connected(stack, [pair.lb1.doors["shop"]])[0]
        app = pair.apps[tunnel.member]
        slow = []
        while not app.slow_arrived.is_set():
            slow.append(SlowRequest(pair.lb1.doors["shop"]))
            until(
                lambda: sum(each.slow_arrived.is_set() for each in pair.apps.values()) >= min(len(slow), 3),
                "it arrives",
            )
        with pytest.raises(
            TimedOut,
            match=rf"lb1: shop/{tunnel.member} still has 2 sessions and 0 queued requests: "
            r"1 tunnel \(WebSocket or TCP\) and 1 request, the oldest \d+ s",
        ) as caught:
            leave(pair, "shop", tunnel.member, "restore")
        goes_on_talking(tunnel)
        for each in pair.apps.values():
            each.hurry.set()
        assert [request.result() for request in slow] == [200] * len(slow)
        left = caught.value.result["waited"]["left"]
        assert [(each["endpoint"], each["requests"], each["tunnels"]) for each in left] == [("lb1", 1, 1)]


def test_a_request_that_is_still_on_at_the_deadline_ends_in_maintenance(pair: Pair[StickyHAProxy]) -> None:
    slow = SlowRequest(pair.lb1.doors["shop"])
    until(lambda: any(app.slow_arrived.is_set() for app in pair.apps.values()), "the slow request arrives")
    member = next(name for name, app in pair.apps.items() if app.slow_arrived.is_set())
    leaving = in_background(lambda: leave(pair, "shop", member, "maint"))
    until(lambda: ",MAINT," in pair.lb1.ask("show stat shop 4 -1"), "the deadline")
    pair.apps[member].hurry.set()
    assert (leaving()["waited"]["forced"], slow.result()) == (False, 200)


def test_a_service_that_says_goodbye_to_its_websockets_leaves_early(pair: Pair[StickyHAProxy]) -> None:
    with ExitStack() as stack:
        tunnels = connected(stack, doors(pair, "shop"))
        member = tunnels[0].member
        leaving = in_background(lambda: leave(pair, "shop", member, "restore", drain_timeout_seconds=30.0))
        until(
            lambda: all(",DRAIN," in lb.ask("show stat shop 4 -1") for lb in (pair.lb1, pair.lb2)), "the member drains"
        )
        pair.apps[member].say_goodbye()
        result = leaving()
        assert [tunnel.wait() for tunnel in tunnels] == ["1001", "1001"]
        assert result["waited"]["drain_seconds"] < 30.0
        assert (result["waited"]["forced"], result["waited"]["left"]) == (False, [])
        again = connected(stack, [pair.lb1.doors["shop"]])[0]
        assert again.member != member


@pytest.mark.parametrize("reach_from", ["controller", "target"])
def test_a_task_goes_on_and_says_what_lives_on(pair: Pair[StickyHAProxy], reach_from: str) -> None:
    with ExitStack() as stack:
        tunnels = connected(stack, doors(pair, "shop"))
        options = pair.options("offline", tunnels[0].member, online_pool="shop", on_drain_timeout="maint", **SHORT)
        options.pop("maintenance_pool")
        result = task("haproxy_pool", {**options, "reach_from": reach_from})
        assert result["verdict"] == "CHANGED", result
        assert [(each["pool"], each["requests"], each["tunnels"]) for each in result["waited"]["left"]] == [
            ("shop", 0, 1),
            ("shop", 0, 1),
        ]
        for tunnel in tunnels:
            goes_on_talking(tunnel)
