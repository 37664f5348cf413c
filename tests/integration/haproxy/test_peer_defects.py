# SPDX-License-Identifier: GPL-3.0-or-later
"""Defects of community.general.haproxy that no other story tells; docs/defects.md has them all."""

from __future__ import annotations

from ansible_collections.hybrid.rollout.tests.integration.haproxy._background import in_background
from ansible_collections.hybrid.rollout.tests.integration.haproxy._processes import until
from ansible_collections.hybrid.rollout.tests.integration.haproxy._traffic import Customers
from ansible_collections.hybrid.rollout.tests.integration.haproxy.conftest import Pair
from ansible_collections.hybrid.rollout.tests.integration.haproxy.test_rotation import OFFLINE, ONLINE
from ansible_collections.hybrid.rollout.tests.integration.haproxy.test_trouble import busy_member


def test_nothing_is_changed_by_a_second_run_under_traffic(haproxy_pair: Pair) -> None:
    with Customers([haproxy_pair.lb1.online, haproxy_pair.lb2.online], per_port=8) as customers:
        until(lambda: customers.total > 20, "customers are served")
        results = [haproxy_pair.place("online", "app1", "app2", "app3") for _run in range(6)]
    assert [result["changed"] for result in results] == [False] * 6
    assert customers.failed == {}


def test_a_busy_member_that_is_online_is_not_waited_for(haproxy_pair: Pair) -> None:
    slow, member = busy_member(haproxy_pair)
    result = haproxy_pair.place("online", member, drain_timeout_seconds=0.5)
    assert (result["changed"], result["waited"]["drain_seconds"]) == (False, 0.0)
    haproxy_pair.apps[member].hurry.set()
    assert slow.result() == 200


def test_a_deadline_of_no_time_still_asks_once(haproxy_pair: Pair) -> None:
    for balancer in (haproxy_pair.lb1, haproxy_pair.lb2):
        balancer.ask("set server quotes/app1 state drain")
    assert haproxy_pair.place("online", rejoin_timeout_seconds=0.0)["changed"]
    assert haproxy_pair.standing() == ONLINE


def test_sessions_that_end_in_time_are_not_shut_down(haproxy_pair: Pair) -> None:
    slow, member = busy_member(haproxy_pair)
    leaving = in_background(lambda: haproxy_pair.place("offline", member, on_drain_timeout="shutdown_sessions"))
    until(lambda: all(":2/8" in text for text in haproxy_pair.standing(member)), "the member drains everywhere")
    haproxy_pair.apps[member].hurry.set()
    assert slow.result() == 200
    assert not leaving()["waited"]["forced"]
    again = haproxy_pair.place("offline", member, on_drain_timeout="shutdown_sessions")
    assert (again["changed"], again["waited"]["forced"]) == (False, False)
    assert haproxy_pair.standing(member) == OFFLINE


def test_checks_go_on_after_a_member_came_back(haproxy_pair: Pair) -> None:
    haproxy_pair.place("offline")
    haproxy_pair.place("online")
    haproxy_pair.apps["app1"].healthy = False
    until(lambda: all(text.startswith("quotes:0/0") for text in haproxy_pair.standing()), "app1 is seen to be down")
    haproxy_pair.apps["app1"].healthy = True
    until(lambda: haproxy_pair.standing() == ONLINE, "app1 is seen to be up")
