# SPDX-License-Identifier: GPL-3.0-or-later
"""Members leave and come back under live traffic, on a real pair of HAProxy processes."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import Refused, TimedOut
from ansible_collections.hybrid.rollout.plugins.plugin_utils._exclusive import exclusive
from ansible_collections.hybrid.rollout.tests.integration.haproxy._background import in_background
from ansible_collections.hybrid.rollout.tests.integration.haproxy._processes import until
from ansible_collections.hybrid.rollout.tests.integration.haproxy._traffic import Customers, SlowRequest
from ansible_collections.hybrid.rollout.tests.integration.haproxy.conftest import Pair

ONLINE = ["quotes:2/0 quotes_maintenance:0/1"] * 2
MAINTENANCE = ["quotes:0/1 quotes_maintenance:2/0"] * 2
OFFLINE = ["quotes:0/1 quotes_maintenance:0/1"] * 2


def test_a_member_leaves_and_comes_back_under_traffic_and_nobody_is_cut(haproxy_pair: Pair) -> None:
    slow = SlowRequest(haproxy_pair.lb1.online)
    until(lambda: any(app.slow_arrived.is_set() for app in haproxy_pair.apps.values()), "the slow request arrives")
    member = next(name for name, app in haproxy_pair.apps.items() if app.slow_arrived.is_set())
    app = haproxy_pair.apps[member]
    with Customers([haproxy_pair.lb1.online, haproxy_pair.lb2.online]) as customers:
        leaving = in_background(lambda: haproxy_pair.place("maintenance", member))
        until(lambda: all(":2/8" in text for text in haproxy_pair.standing(member)), "the member drains everywhere")
        served = app.customers
        time.sleep(0.5)
        assert haproxy_pair.standing(member) == ["quotes:2/8 quotes_maintenance:0/1"] * 2
        app.hurry.set()
        left = leaving()
        assert slow.result() == 200
        assert app.customers == served
        assert haproxy_pair.standing(member) == MAINTENANCE
        back = haproxy_pair.place("online", member)
        assert haproxy_pair.standing(member) == ONLINE
        until(lambda: app.customers > served, "customers reach the member again")
    assert customers.failed == {}
    assert customers.total > 100
    assert left["waited"]["sessions_at_start"] >= 1
    assert left["waited"]["drain_seconds"] >= 0.5
    assert not left["waited"]["forced"]
    assert back["waited"]["rejoin_seconds"] > 0
    assert left["changed"]
    assert back["changed"]


def test_testers_reach_a_member_in_maintenance_while_customers_do_not(haproxy_pair: Pair) -> None:
    haproxy_pair.place("maintenance")
    with Customers([haproxy_pair.lb1.testers, haproxy_pair.lb2.testers], per_port=1) as testers:
        until(lambda: testers.total > 10, "testers are served")
    with Customers([haproxy_pair.lb1.online, haproxy_pair.lb2.online], per_port=1) as customers:
        until(lambda: customers.total > 10, "customers are served")
    assert set(testers.answers) == {(200, "app1")}
    assert set(customers.answers) == {(200, "app2"), (200, "app3")}


def test_a_broken_member_never_gets_a_customer_and_goes_back_to_maintenance(haproxy_pair: Pair) -> None:
    haproxy_pair.place("offline")
    app = haproxy_pair.apps["app1"]
    app.healthy = False
    served = app.customers
    with (
        Customers([haproxy_pair.lb1.online, haproxy_pair.lb2.online]) as customers,
        pytest.raises(TimedOut, match=r"lb1: quotes/app1 .*L7STS.*lb2: quotes/app1 .*L7STS.*put back") as caught,
    ):
        haproxy_pair.place("online", rejoin_timeout_seconds=2.0)
    assert customers.failed == {}
    assert app.customers == served
    assert haproxy_pair.standing() == OFFLINE
    assert caught.value.result["not_put_back"] == []
    assert "L7STS" in str(caught.value.result["endpoints"]) or "MAINT" in str(caught.value.result["endpoints"])


def test_a_member_that_is_late_comes_back_when_its_checks_pass(haproxy_pair: Pair) -> None:
    haproxy_pair.place("offline")
    app = haproxy_pair.apps["app1"]
    app.healthy = False
    with Customers([haproxy_pair.lb1.online, haproxy_pair.lb2.online]) as customers:
        coming = in_background(lambda: haproxy_pair.place("online"))
        until(lambda: all("quotes:0/8" in text for text in haproxy_pair.standing()), "the gate holds it back")
        time.sleep(0.5)
        assert all("quotes:0/8" in text for text in haproxy_pair.standing())
        app.healthy = True
        coming()
    assert customers.failed == {}
    assert haproxy_pair.standing() == ONLINE


def test_a_second_run_changes_nothing(haproxy_pair: Pair) -> None:
    for placement in ("maintenance", "offline", "online"):
        assert haproxy_pair.place(placement)["changed"]
        standing = haproxy_pair.standing()
        again = haproxy_pair.place(placement)
        assert again["moves"] == []
        assert not again["changed"]
        assert again["diff"]["before"] == again["diff"]["after"]
        assert haproxy_pair.standing() == standing


def test_check_mode_says_exactly_what_a_run_does_and_sends_nothing(haproxy_pair: Pair) -> None:
    for placement in ("maintenance", "offline", "online"):
        before = haproxy_pair.standings()
        foretold = haproxy_pair.check(placement, "app1", "app2")
        assert haproxy_pair.standings() == before
        done = haproxy_pair.place(placement, "app1", "app2")
        assert foretold["moves"] == done["moves"] != []
        assert foretold["diff"] == done["diff"]
        assert foretold["changed"]
        assert done["changed"]
        assert set(foretold) == set(done)


def test_several_members_leave_together_and_are_waited_for_once(haproxy_pair: Pair) -> None:
    result = haproxy_pair.place("offline", "app1", "app2")
    assert haproxy_pair.standing("app1") == haproxy_pair.standing("app2") == OFFLINE
    assert len(result["moves"]) == 4


def test_a_service_without_maintenance_pool_goes_offline_and_online(haproxy_pair: Pair) -> None:
    haproxy_pair.place("offline", maintenance_pool=None)
    assert haproxy_pair.standing() == OFFLINE
    haproxy_pair.place("online", maintenance_pool=None)
    assert haproxy_pair.standing() == ONLINE


def test_a_member_that_is_down_leaves_and_takes_nothing_from_the_floor(haproxy_pair: Pair) -> None:
    haproxy_pair.apps["app1"].healthy = False
    until(lambda: all("quotes:0/0" in text for text in haproxy_pair.standing()), "app1 is down everywhere")
    haproxy_pair.place("offline", min_active="2")
    assert haproxy_pair.standing() == OFFLINE


def test_the_floor_refuses_with_numbers_and_nothing_is_changed(haproxy_pair: Pair) -> None:
    haproxy_pair.lb2.ask("set server quotes/app3 state maint")
    before = haproxy_pair.standings()
    with pytest.raises(
        Refused, match=r"lb2: of 3 servers 2 serve now \(app1, app2\); without app1 1 would be left, 2 must"
    ):
        haproxy_pair.place("maintenance", min_active="60%")
    assert haproxy_pair.standings() == before


def test_the_floor_counts_servers_that_follow_a_member(haproxy_pair: Pair) -> None:
    for follower in ("app2", "app3"):
        haproxy_pair.lb2.ask(f"set server followers/{follower} state maint")
    before = haproxy_pair.standings()
    with pytest.raises(
        Refused,
        match=r"pool followers would fall below min_active .1.\. lb2: of 3 servers 1 serve now \(app1\); without app1",
    ):
        haproxy_pair.place("maintenance")
    assert haproxy_pair.standings() == before


def test_two_calls_at_once_cannot_both_take_the_last_room(haproxy_pair: Pair, tmp_path: Path) -> None:
    record = {"ledger": str(tmp_path / "ledger.sqlite3")}

    def leave(member: str) -> dict[str, Any]:
        return haproxy_pair.place("offline", member, min_active="2", exclusive=exclusive(record))

    calls = [in_background(partial(leave, member)) for member in ("app1", "app2", "app3")]
    refused = 0
    for finish in calls:
        try:
            finish()
        except Refused:
            refused += 1
    assert refused == 2
    assert sum(standing == OFFLINE[0] for standing in haproxy_pair.standings().values()) == 2


def test_a_member_left_draining_comes_back_without_a_gate_because_its_checks_never_stopped(haproxy_pair: Pair) -> None:
    for balancer in (haproxy_pair.lb1, haproxy_pair.lb2):
        balancer.ask("set server quotes/app1 state drain")
    result = haproxy_pair.place("online")
    assert result["moves"] == ["lb1: quotes/app1 comes back: ready", "lb2: quotes/app1 comes back: ready"]
    assert haproxy_pair.standing() == ONLINE


def test_servers_without_checks_come_back_with_a_warning(haproxy_pair: Pair) -> None:
    options = {"online_pool": "unchecked", "maintenance_pool": None}
    haproxy_pair.place("offline", **options)
    assert haproxy_pair.place("online", **options)["warnings"] == [
        f"{lb}: unchecked/app1 has no health check: it is back without proof that it works" for lb in ("lb1", "lb2")
    ]


def test_a_server_that_follows_another_is_named_as_the_reason(haproxy_pair: Pair) -> None:
    haproxy_pair.place("maintenance")
    with pytest.raises(
        Refused, match=r"followers/app1 is kept out .* follows quotes/app1 \(MAINT \(via quotes/app1\)\)"
    ):
        haproxy_pair.place("online", online_pool="followers", maintenance_pool=None)


def test_sessions_of_a_member_that_somebody_set_to_maintenance_are_waited_for(haproxy_pair: Pair) -> None:
    slow = SlowRequest(haproxy_pair.lb1.online)
    until(lambda: any(app.slow_arrived.is_set() for app in haproxy_pair.apps.values()), "the slow request arrives")
    member = next(name for name, app in haproxy_pair.apps.items() if app.slow_arrived.is_set())
    for balancer in (haproxy_pair.lb1, haproxy_pair.lb2):
        balancer.ask(f"set server quotes/{member} state maint")
    with pytest.raises(TimedOut, match="still has 1 sessions"):
        haproxy_pair.place("offline", member, drain_timeout_seconds=0.5)
    haproxy_pair.apps[member].hurry.set()
    assert slow.result() == 200
    assert not haproxy_pair.place("offline", member)["changed"]
