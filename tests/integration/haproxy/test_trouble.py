# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong on a load balancer, on a real pair of HAProxy processes: nothing is left half done unseen."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Deadline
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import (
    BadInput,
    EndpointFailed,
    NotFound,
    RolloutError,
    TimedOut,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.client import Client
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.commands import Action, Order
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.endpoint import read_endpoint
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.estate import open_estate
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import ServerKey
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.put_back import put_back
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.transport import Access, Transport
from ansible_collections.hybrid.rollout.tests.integration.haproxy._background import in_background
from ansible_collections.hybrid.rollout.tests.integration.haproxy._clock import REAL_CLOCK
from ansible_collections.hybrid.rollout.tests.integration.haproxy._processes import until, version_of
from ansible_collections.hybrid.rollout.tests.integration.haproxy._traffic import Customers, SlowRequest
from ansible_collections.hybrid.rollout.tests.integration.haproxy.conftest import Pair
from ansible_collections.hybrid.rollout.tests.integration.haproxy.test_rotation import (
    MAINTENANCE,
    OFFLINE,
    ONLINE,
)


def busy_member(pair: Pair) -> tuple[SlowRequest, str]:
    """A member that works on a request which came through lb1 and does not end by itself."""
    slow = SlowRequest(pair.lb1.online)
    until(lambda: any(app.slow_arrived.is_set() for app in pair.apps.values()), "the slow request arrives")
    return slow, next(name for name, app in pair.apps.items() if app.slow_arrived.is_set())


def failing(
    pair: Pair, kind: type[RolloutError], match: str, placement: str, *members: str, **others: Any
) -> RolloutError:
    with pytest.raises(kind, match=match) as caught:
        pair.place(placement, *members, **others)
    return caught.value


def test_an_endpoint_that_is_gone_before_the_step_leaves_everything_as_it_was(haproxy_pair: Pair) -> None:
    before = haproxy_pair.lb1.standing("app1")
    haproxy_pair.lb2.kill()
    error = failing(haproxy_pair, EndpointFailed, r"HAProxy lb2 \(tls://127.0.0.1:\d+\).*refused", "maintenance")
    assert error.failure()["endpoint"] == "lb2"
    assert haproxy_pair.lb1.standing("app1") == before
    assert not error.result["changed"]
    assert [endpoint["name"] for endpoint in error.result["endpoints"]] == ["lb1"]
    assert error.result["standing"][0] == "lb1: app1 online"
    assert error.result["standing"][1].startswith("lb2: app1 not known (")


def test_an_endpoint_that_dies_during_the_drain_makes_the_other_one_put_back(haproxy_pair: Pair) -> None:
    slow, member = busy_member(haproxy_pair)
    leaving = in_background(lambda: haproxy_pair.place("maintenance", member))
    until(lambda: all(":2/8" in text for text in haproxy_pair.standing(member)), "the member drains everywhere")
    haproxy_pair.lb2.kill()
    with pytest.raises(EndpointFailed, match=r"lb2.*NOT put back: lb2: quotes/app") as caught:
        leaving()
    assert haproxy_pair.lb1.standing(member) == ONLINE[0]
    assert caught.value.result["put_back"] == [f"lb1: quotes/{member} is ready again"]
    assert caught.value.result["not_put_back"][0].startswith(f"lb2: quotes/{member} could not be put back")
    assert caught.value.result["standing"][0] == f"lb1: {member} online"
    assert caught.value.result["standing"][1].startswith(f"lb2: {member} not known (")
    haproxy_pair.apps[member].hurry.set()
    assert slow.result() == 200


def test_an_endpoint_that_dies_while_a_member_comes_back_leaves_it_out_on_the_other(haproxy_pair: Pair) -> None:
    haproxy_pair.place("maintenance")
    haproxy_pair.apps["app1"].healthy = False
    coming = in_background(lambda: haproxy_pair.place("online"))
    until(lambda: all("quotes:0/8" in text for text in haproxy_pair.standing()), "the gate holds it back")
    haproxy_pair.lb2.kill()
    with pytest.raises(EndpointFailed, match="lb2"):
        coming()
    assert haproxy_pair.lb1.standing("app1").startswith("quotes:0/1 quotes_maintenance:")
    assert haproxy_pair.lb1.standing("app1").endswith("/0")


def test_a_member_that_is_put_back_from_maintenance_gets_no_customer_before_fresh_checks(haproxy_pair: Pair) -> None:
    app, lb1 = haproxy_pair.apps["app1"], haproxy_pair.lb1
    estate = open_estate(haproxy_pair.connection, ["quotes"], REAL_CLOCK).only(["lb1"])
    estate.read()
    key = ServerKey("lb1", "quotes", "app1")
    estate.tell([Order(key, Action.DRAIN), Order(key, Action.MAINT)])
    app.healthy = False
    served = app.customers
    with Customers([lb1.online]) as customers:
        outcome = put_back(estate, None, Deadline(1.5, REAL_CLOCK), 0.1)
        assert "is ready again but does not serve yet" in outcome.left[0]
        assert app.customers == served
        app.healthy = True
        until(lambda: app.customers > served, "customers come when fresh checks have passed")
    assert customers.failed == {}
    assert put_back(estate, None, Deadline(20, REAL_CLOCK), 0.1).done == ["lb1: quotes/app1 is ready again"]


def test_an_unknown_server_is_refused_with_the_names_there_are(haproxy_pair: Pair) -> None:
    before = haproxy_pair.standings()
    failing(
        haproxy_pair, NotFound, "no server app9 in pool quotes. It has: app1, app2, app3", "offline", "app1", "app9"
    )
    assert haproxy_pair.standings() == before


def test_an_unknown_pool_is_refused_with_the_names_there_are(haproxy_pair: Pair) -> None:
    failing(
        haproxy_pair, NotFound, "lb1 has no pool qoutes. It has: followers, quotes, ", "offline", online_pool="qoutes"
    )
    with pytest.raises(NotFound, match="has no pool qoutes: Can't find backend") as caught:
        haproxy_pair.info(pools=["qoutes"])
    assert "Can't find backend." in str(caught.value.reply)


@pytest.mark.parametrize("name", ["app1;shutdown", "app 1", "app1\n", "", "äpp"])
def test_a_name_that_could_be_a_command_is_never_sent(haproxy_pair: Pair, name: str) -> None:
    failing(haproxy_pair, BadInput, "is not a name of an HAProxy server", "offline", name)


def test_a_socket_that_may_only_ask_is_told_apart_before_anything_is_sent(haproxy_pair: Pair) -> None:
    before = haproxy_pair.standings()
    haproxy_pair.connection["endpoints"][0]["url"] = f"unix://{haproxy_pair.lb1.home}/operator.sock"
    error = failing(haproxy_pair, EndpointFailed, "lb1 .* level is operator", "offline")
    assert error.reply == "operator"
    assert haproxy_pair.standings() == before


def test_what_haproxy_refuses_is_quoted(haproxy_pair: Pair) -> None:
    transport = Transport(Access(), REAL_CLOCK, tls_wanted=False)
    client = Client(read_endpoint(f"unix://{haproxy_pair.lb1.home}/operator.sock", "lb1"), transport.exchange)
    with pytest.raises(EndpointFailed, match="Permission denied") as caught:
        client.tell([Order(ServerKey("lb1", "quotes", "app1"), Action.DRAIN)])
    assert caught.value.failure() == {
        "code": "endpoint_failed",
        "endpoint": "lb1",
        "command": "set server quotes/app1 state drain;show cli level",
        "reply": "Permission denied\n\noperator",
    }


def test_a_drain_that_takes_too_long_is_put_back(haproxy_pair: Pair) -> None:
    slow, member = busy_member(haproxy_pair)
    error = failing(
        haproxy_pair,
        TimedOut,
        f"lb1: quotes/{member} still has 1 sessions",
        "offline",
        member,
        drain_timeout_seconds=0.6,
    )
    assert haproxy_pair.standing(member) == ONLINE
    assert error.result["not_put_back"] == []
    assert error.result["waited"]["sessions_at_start"] == 1
    haproxy_pair.apps[member].hurry.set()
    assert slow.result() == 200


def test_a_drain_that_takes_too_long_is_left_draining_where_that_is_wanted(haproxy_pair: Pair) -> None:
    slow, member = busy_member(haproxy_pair)
    options = {"drain_timeout_seconds": 0.6, "on_drain_timeout": "fail"}
    error = failing(haproxy_pair, TimedOut, "left draining", "offline", member, **options)
    assert all(text.startswith("quotes:2/8") for text in haproxy_pair.standing(member))
    assert len(error.result["not_put_back"]) == 2
    haproxy_pair.apps[member].hurry.set()
    assert slow.result() == 200
    assert haproxy_pair.place("offline", member)["changed"]
    assert haproxy_pair.standing(member) == OFFLINE


def test_sessions_are_shut_down_where_that_is_wanted(haproxy_pair: Pair) -> None:
    slow, member = busy_member(haproxy_pair)
    options = {"drain_timeout_seconds": 0.6, "on_drain_timeout": "shutdown_sessions"}
    assert haproxy_pair.place("offline", member, **options)["waited"]["forced"]
    assert haproxy_pair.standing(member) == OFFLINE
    assert slow.result() in (0, 502)


def test_a_restart_during_the_drain_stops_the_step_because_old_sessions_cannot_be_seen(haproxy_pair: Pair) -> None:
    slow, member = busy_member(haproxy_pair)
    leaving = in_background(lambda: haproxy_pair.place("maintenance", member))
    until(lambda: all(":2/8" in text for text in haproxy_pair.standing(member)), "the member drains everywhere")
    haproxy_pair.lb1.reload(keep_state=True)
    with pytest.raises(EndpointFailed, match=r"lb1 was restarted while quotes/app\d was draining \(pid \d+ -> \d+\)"):
        leaving()
    assert haproxy_pair.standing(member) == ONLINE
    haproxy_pair.apps[member].hurry.set()
    assert slow.result() == 200


@pytest.mark.parametrize("keep_state", [True, False])
def test_a_restart_during_fresh_checks_begins_them_again(haproxy_pair: Pair, keep_state: bool) -> None:
    haproxy_pair.place("offline")
    haproxy_pair.apps["app1"].healthy = False
    with Customers([haproxy_pair.lb2.online]) as customers:
        coming = in_background(lambda: haproxy_pair.place("online"))
        until(lambda: all("quotes:0/8" in text for text in haproxy_pair.standing()), "the gate holds it back")
        haproxy_pair.lb1.reload(keep_state)
        until(lambda: haproxy_pair.lb1.standing("app1").startswith("quotes:0/8"), "the gate holds it back again")
        haproxy_pair.apps["app1"].healthy = True
        result = coming()
    assert "they began again on the new process" in result["warnings"][0]
    assert customers.failed == {}
    if keep_state:
        assert haproxy_pair.standing() == ONLINE


def test_somebody_elses_ready_during_the_drain_stops_the_step(haproxy_pair: Pair) -> None:
    slow, member = busy_member(haproxy_pair)
    leaving = in_background(lambda: haproxy_pair.place("maintenance", member))
    until(lambda: all(":2/8" in text for text in haproxy_pair.standing(member)), "the member drains everywhere")
    haproxy_pair.lb2.ask(f"set server quotes/{member} state ready")
    with pytest.raises(EndpointFailed, match="set ready by somebody else"):
        leaving()
    assert haproxy_pair.standing(member) == ONLINE
    haproxy_pair.apps[member].hurry.set()
    assert slow.result() == 200


def test_an_interrupted_step_is_finished_by_the_next_one(haproxy_pair: Pair) -> None:
    haproxy_pair.lb1.ask("set server quotes/app1 state maint")
    haproxy_pair.lb2.ask("set server quotes/app1 state drain")
    haproxy_pair.place("maintenance")
    assert haproxy_pair.standing() == MAINTENANCE


def test_a_stranger_does_not_get_through_the_tls_door(haproxy_pair: Pair, certificates: dict[str, Any]) -> None:
    haproxy_pair.connection["client_cert"] = str(certificates["stranger"])
    failing(
        haproxy_pair,
        EndpointFailed,
        r"HAProxy lb2 \(tls://127.0.0.1:\d+\) could not be asked: .*(unknown ca|alert)",
        "offline",
    )
    haproxy_pair.connection["client_cert"] = None
    failing(haproxy_pair, EndpointFailed, "HAProxy lb2 .*could not be asked: .*certificate required", "offline")


def test_a_load_balancer_with_a_strange_certificate_is_not_trusted(
    haproxy_pair: Pair, certificates: dict[str, Any]
) -> None:
    haproxy_pair.connection["ca_path"] = str(certificates["stranger"])
    failing(haproxy_pair, EndpointFailed, "CERTIFICATE_VERIFY_FAILED", "offline")


def test_info_tells_placements_sessions_and_process(haproxy_pair: Pair) -> None:
    haproxy_pair.place("maintenance")
    haproxy_pair.lb2.ask("set server quotes/app2 state drain")
    result = haproxy_pair.info(online_pool="quotes", maintenance_pool="quotes_maintenance")
    assert result["placements"] == {
        "app1": {"lb1": "maintenance", "lb2": "maintenance"},
        "app2": {"lb1": "online", "lb2": "mixed"},
        "app3": {"lb1": "online", "lb2": "online"},
    }
    lb2 = result["endpoints"][1]
    assert lb2["process"]["version"] == version_of(haproxy_pair.lb2.command)
    assert [server["draining"] for server in lb2["pools"][0]["servers"]] == [False, True, False]
    with pytest.raises(NotFound, match="no pool nope"):
        haproxy_pair.info(pools=["quotes", "nope"])
    with pytest.raises(NotFound, match="no server app9"):
        haproxy_pair.info(pools=["quotes"], members=["app9"])
