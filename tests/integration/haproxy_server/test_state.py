# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers leave and come back, on real HAProxy processes: what is waited for, and what happens when it never comes."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput, EndpointFailed, Refused, TimedOut
from ansible_collections.hybrid.rollout.tests.integration.haproxy._background import in_background
from ansible_collections.hybrid.rollout.tests.integration.haproxy._processes import until
from ansible_collections.hybrid.rollout.tests.integration.haproxy._traffic import Customers, SlowRequest
from ansible_collections.hybrid.rollout.tests.integration.haproxy_server.conftest import Estate

READY, DRAINING, MAINT = ["2/0"] * 2, ["2/8"] * 2, ["0/1"] * 2


def busy(estate: Estate) -> tuple[SlowRequest, str]:
    slow = SlowRequest(estate.lb1.online)
    until(lambda: any(app.slow_arrived.is_set() for app in estate.apps.values()), "the slow request arrives")
    return slow, next(name for name, app in estate.apps.items() if app.slow_arrived.is_set())


def finish(estate: Estate, member: str, slow: SlowRequest) -> None:
    estate.apps[member].hurry.set()
    assert slow.result() == 200


def test_many_servers_in_many_backends_are_all_set_before_the_one_wait(estate: Estate) -> None:
    slow, member = busy(estate)
    options = {"backends": ["quotes", "unchecked"], "state": "maint", "wait_for": "drained"}
    other = next(name for name in estate.apps if name != member)
    leaving = in_background(lambda: estate.set(member, other, **options))
    until(lambda: estate.state(member) == estate.state(other) == DRAINING, "both drain")
    until(lambda: estate.state(other, "unchecked") == ["2/8"] * 2, "in the other backend too, before anybody is idle")
    finish(estate, member, slow)
    result = leaving()
    assert estate.state(member) == estate.state(other) == estate.state(member, "unchecked") == MAINT
    assert len(result["changes"]) == 8
    assert result["waited"]["sessions_at_start"] >= 1


def test_a_second_run_under_traffic_changes_nothing(estate: Estate) -> None:
    with Customers([estate.lb1.online, estate.lb2.online]):
        for state in ("drain", "maint", "ready"):
            assert estate.set(state=state)["changed"]
            again = estate.set(state=state)
            assert (again["changed"], again["changes"]) == (False, [])
            assert again["diff"]["before"] == again["diff"]["after"]


def test_check_mode_foretells_exactly_and_sends_nothing(estate: Estate) -> None:
    ramp = {"steps": [10, 100], "interval_seconds": 0.1}
    wishes: list[dict[str, Any]] = [{"state": "maint", "weight": "50%"}, {"state": "ready", "ramp": ramp}]
    for options in wishes:
        before = estate.state(), estate.seen("srv_uweight")
        foretold = estate.check(**options)
        assert (estate.state(), estate.seen("srv_uweight")) == before
        done = estate.set(**options)
        assert foretold["changes"] == done["changes"] != []
        assert foretold["diff"] == done["diff"]
        assert set(foretold) == set(done)


def test_a_broken_server_is_not_healthy_and_gets_no_customer(estate: Estate) -> None:
    estate.set(state="maint")
    app = estate.apps["app1"]
    app.healthy, served = False, app.customers
    with (
        Customers([estate.lb1.online, estate.lb2.online]) as customers,
        pytest.raises(TimedOut, match=r"lb1: quotes/app1 .*L7STS.*put back as it was"),
    ):
        estate.set(state="ready", wait_for="healthy", timeout_seconds=1.5)
    assert customers.failed == {}
    assert app.customers == served
    assert estate.state() == MAINT


def test_a_broken_server_gets_no_customer_even_if_nobody_waits(estate: Estate) -> None:
    estate.set(state="maint")
    app = estate.apps["app1"]
    app.healthy, served = False, app.customers
    with Customers([estate.lb1.online, estate.lb2.online]) as customers:
        estate.set(state="ready")
        until(lambda: customers.total > 200, "customers are served by the others")
        assert app.customers == served
        app.healthy = True
        until(lambda: app.customers > served, "customers come once fresh checks pass")
    assert customers.failed == {}


def test_healthy_servers_come_back_under_traffic_and_nobody_is_cut(estate: Estate) -> None:
    with Customers([estate.lb1.online, estate.lb2.online]) as customers:
        estate.set("app1", "app2", state="maint", wait_for="drained")
        estate.set("app1", "app2", state="ready", wait_for="healthy")
        assert estate.state() == READY
    assert customers.failed == {}


def test_waiting_for_a_healthy_server_that_serves_is_no_change(estate: Estate) -> None:
    with Customers([estate.lb1.online]):
        result = estate.set(state="ready", wait_for="healthy")
    assert not result["changed"]
    assert result["waited"]["seconds"] < 20


def test_a_drained_server_is_never_waited_for_while_it_is_ready(estate: Estate) -> None:
    with pytest.raises(BadInput, match="wait_for drained does not go with state ready"):
        estate.set(state="ready", wait_for="drained")
    with pytest.raises(Refused, match="lb1: quotes/app1 is ready: waiting for it to be drained would never end"):
        estate.set(wait_for="drained")


def test_a_server_that_is_down_drains_and_leaves(estate: Estate) -> None:
    estate.apps["app1"].healthy = False
    until(lambda: estate.state() == ["0/0"] * 2, "app1 is down everywhere")
    estate.set(state="drain", wait_for="drained")
    assert estate.state() == ["0/8"] * 2
    estate.set(state="maint", wait_for="drained")
    assert estate.state() == MAINT


def test_a_server_without_check_is_healthy_with_a_warning(estate: Estate) -> None:
    estate.set(backends=["unchecked"], state="maint")
    result = estate.set(backends=["unchecked"], state="ready", wait_for="healthy")
    assert result["warnings"] == [
        f"{lb}: unchecked/app1 has no health check that runs (no check): nothing proves that it works"
        for lb in ("lb1", "lb2")
    ]


def test_a_wait_without_time_still_looks_once(estate: Estate) -> None:
    assert not estate.set(state="ready", wait_for="healthy", timeout_seconds=0.0)["changed"]


@pytest.mark.parametrize(
    ("on_timeout", "left"), [("restore", READY), ("fail", DRAINING)], ids=["put back", "left draining"]
)
def test_a_drain_that_takes_too_long_fails_and_is(estate: Estate, on_timeout: str, left: list[str]) -> None:
    slow, member = busy(estate)
    options = {"state": "maint", "wait_for": "drained", "timeout_seconds": 0.5, "on_timeout": on_timeout}
    with pytest.raises(TimedOut, match=f"lb1: quotes/{member} still has 1 sessions") as caught:
        estate.set(member, weight="50%", **options)
    assert estate.state(member) == left
    assert estate.seen("srv_uweight", member) == (["100"] * 2 if on_timeout == "restore" else ["50"] * 2)
    assert bool(caught.value.result["not_put_back"]) is (on_timeout == "fail")
    finish(estate, member, slow)


def test_a_drain_that_takes_too_long_ends_in_maintenance_where_that_is_wanted(estate: Estate) -> None:
    slow, member = busy(estate)
    options = {"wait_for": "drained", "timeout_seconds": 0.5, "on_timeout": "maint"}
    result = estate.set(member, state="drain", **options)
    assert estate.lb1.settings(member)["srv_admin_state"] == "1"
    assert result["waited"]["forced"] == [f"lb1: quotes/{member}"]
    assert [(left["requests"], left["tunnels"]) for left in result["waited"]["left"]] == [(1, 0)]
    assert "1 request, the oldest" in result["warnings"][0]
    assert "it is in maintenance all the same" in result["warnings"][0]
    finish(estate, member, slow)


def test_sessions_are_shut_down_only_where_some_are_left(estate: Estate) -> None:
    slow, member = busy(estate)
    options = {"wait_for": "drained", "timeout_seconds": 0.5, "on_timeout": "shutdown_sessions"}
    assert estate.set(member, state="maint", **options)["waited"]["forced"] == [f"lb1: quotes/{member}"]
    assert estate.state(member) == MAINT
    assert slow.result() in (0, 502)
    assert estate.set(member, state="maint", **options)["waited"]["forced"] == []


def test_a_removable_server_has_no_connection_left(estate: Estate) -> None:
    options = {"backends": ["unchecked"], "state": "maint", "wait_for": "removable"}
    assert estate.set("app2", **options)["changed"]
    assert estate.state("app2", "unchecked") == MAINT
    assert not estate.set("app2", **options)["changed"]
    with pytest.raises(Refused, match="can never be removed at runtime: followers/app1 follow its checks"):
        estate.set(state="maint", wait_for="removable")


def test_the_floor_counts_servers_that_follow(estate: Estate) -> None:
    for lb in (estate.lb1, estate.lb2):
        lb.ask("set server followers/app2 state maint;set server followers/app3 state maint")
    with pytest.raises(Refused, match=r"pool followers would fall below min_active .* without app1 0 would be left"):
        estate.set(state="maint")
    assert estate.state() == READY
    with pytest.raises(Refused, match="pool quotes would fall below"):
        estate.set("app1", "app2", "app3", weight="0")
    assert estate.seen("srv_uweight") == ["100"] * 2


def test_a_server_that_follows_another_is_named_as_the_reason(estate: Estate) -> None:
    estate.set(state="maint")
    with pytest.raises(Refused, match=r"something else keeps it out: it follows quotes/app1 \(MAINT \(via quotes/app1"):
        estate.set(backends=["followers"], state="ready")
    facts = estate.set(backends=["followers"], maxconn=7)["endpoints"]
    assert facts[0]["servers"][0]["before"]["inherited_from"] == "quotes/app1"


def test_a_restart_while_a_server_drains_stops_the_task(estate: Estate) -> None:
    slow, member = busy(estate)
    leaving = in_background(lambda: estate.set(member, state="maint", wait_for="drained"))
    until(lambda: estate.state(member) == DRAINING, "the member drains everywhere")
    estate.lb1.reload(keep_state=True)
    with pytest.raises(EndpointFailed, match=r"lb1 was restarted while quotes/app\d was draining"):
        leaving()
    finish(estate, member, slow)
