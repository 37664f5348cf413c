# SPDX-License-Identifier: GPL-3.0-or-later
"""A member that answers its check with 404 takes itself out and in, with `http-check disable-on-404`, under traffic."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import TimedOut
from ansible_collections.hybrid.rollout.tests.integration.haproxy._apps import App
from ansible_collections.hybrid.rollout.tests.integration.haproxy._processes import HAProxy, suites, until
from ansible_collections.hybrid.rollout.tests.integration.haproxy._traffic import Customers, SlowRequest
from ansible_collections.hybrid.rollout.tests.integration.haproxy.conftest import Pair, pair_of

CHECK = "option httpchk GET /health"
FOLLOWERS = "backend followers\n"


class LeavingApp(App):
    """Its health page says 404 while ``leaving``; customers are answered as ever."""

    leaving = False

    def answer(self, path: str) -> int:
        return 404 if self.leaving and path == "/health" else super().answer(path)


class SelfDrainHAProxy(HAProxy):
    def _config(self, keep_state: bool) -> str:
        text = super()._config(keep_state).replace(FOLLOWERS, f"{FOLLOWERS}  {CHECK}\n")
        return text.replace(CHECK, CHECK + "\n  http-check disable-on-404")


@pytest.fixture(params=suites())
def pair(request: pytest.FixtureRequest, tmp_path: Path, certificates: dict[str, Path]) -> Iterator[Pair]:
    with pair_of(SelfDrainHAProxy, request.param, tmp_path, certificates, LeavingApp) as pair:
        yield pair


def leave(pair: Pair, leaving: bool) -> None:
    app = pair.apps["app1"]
    assert isinstance(app, LeavingApp)
    app.leaving = leaving


def statuses(pair: Pair) -> set[str]:
    seen = pair.info(online_pool="quotes", members=["app1"])
    return {pool["servers"][0]["status"] for one in seen["endpoints"] for pool in one["pools"]}


def test_a_member_takes_itself_out_and_in_without_a_failed_request(pair: Pair) -> None:
    app = pair.apps["app1"]
    with Customers([pair.lb1.online, pair.lb2.online]) as customers:
        until(lambda: app.customers > 20, "app1 has customers")
        slow = [SlowRequest(lb.online) for lb in (pair.lb1, pair.lb2) for _number in range(3)]
        until(app.slow_arrived.is_set, "app1 works on a long request")
        leave(pair, True)
        until(lambda: statuses(pair) == {"NOLB"}, "both load balancers let app1 go")
        for one in pair.apps.values():
            one.hurry.set()
        until(lambda: all(request.status for request in slow), "the long requests are answered")
        served, asked = app.customers, customers.total
        until(lambda: customers.total > asked + 200, "customers go on asking")
        assert app.customers <= served + 2 * len(pair.apps), "only what was on its way when HAProxy let it go"
        leave(pair, False)
        until(lambda: statuses(pair) == {"UP"}, "both load balancers take app1 back")
        served = app.customers
        until(lambda: app.customers > served + 20, "app1 has customers again")
    assert not customers.failed
    assert {request.status for request in slow} == {200}


def test_a_member_that_takes_itself_out_is_neither_online_nor_serving(pair: Pair) -> None:
    leave(pair, True)
    until(lambda: statuses(pair) == {"NOLB"}, "both load balancers let app1 go")
    seen = pair.info(online_pool="quotes", maintenance_pool="quotes_maintenance")
    assert seen["placements"]["app1"] == {"lb1": "mixed", "lb2": "mixed"}
    assert seen["placements"]["app2"] == {"lb1": "online", "lb2": "online"}
    server = seen["endpoints"][0]["pools"][0]["servers"][0]
    assert (server["operational_state"], server["serving"]) == ("stopping", False)


def test_haproxy_pool_does_not_call_it_online_and_says_who_can_end_it(pair: Pair) -> None:
    leave(pair, True)
    until(lambda: statuses(pair) == {"NOLB"}, "both load balancers let app1 go")
    with pytest.raises(TimedOut, match=r"app1 NOLB.*answers its check with 404.*only the member can end") as caught:
        pair.place("online", rejoin_timeout_seconds=1.0)
    assert caught.value.result["standing"] == [
        f"{lb}: app1 quotes takes itself out, quotes_maintenance maintenance" for lb in ("lb1", "lb2")
    ]
    assert caught.value.result["changed"] is False


def test_it_does_not_count_for_the_floor(pair: Pair) -> None:
    leave(pair, True)
    until(lambda: statuses(pair) == {"NOLB"}, "both load balancers let app1 go")
    with pytest.raises(Exception, match=r"3 servers 2 serve now \(app2, app3\); without app2 1 would be left, 2 must"):
        pair.place("offline", "app2", min_active="2")


def test_a_member_that_has_left_by_itself_is_placed_offline_and_back_as_any_other(pair: Pair) -> None:
    with Customers([pair.lb1.online, pair.lb2.online]) as customers:
        leave(pair, True)
        until(lambda: statuses(pair) == {"NOLB"}, "both load balancers let app1 go")
        assert pair.place("offline")["changed"]
        assert pair.standing() == ["quotes:0/1 quotes_maintenance:0/1"] * 2
        leave(pair, False)
        assert pair.place("online")["changed"]
        assert statuses(pair) == {"UP"}
    assert not customers.failed
