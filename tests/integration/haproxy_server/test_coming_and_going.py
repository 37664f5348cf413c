# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers are added to real HAProxys while customers are asking, and deleted from them, and nobody notices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import EndpointFailed, NotFound, Refused, TimedOut
from ansible_collections.hybrid.rollout.tests.integration.haproxy._apps import App
from ansible_collections.hybrid.rollout.tests.integration.haproxy._background import in_background
from ansible_collections.hybrid.rollout.tests.integration.haproxy._processes import until
from ansible_collections.hybrid.rollout.tests.integration.haproxy._traffic import Customers, SlowRequest
from ansible_collections.hybrid.rollout.tests.integration.haproxy_server.conftest import Estate

READY, MAINT = ["2/0"] * 2, ["0/1"] * 2
CHECKED = {"parameters": ["check", "inter 300ms", "rise 2", "fall 3"]}


@pytest.fixture
def app4() -> Iterator[App]:
    app = App("app4")
    yield app
    app.stop()


def new(app: App, **others: Any) -> dict[str, Any]:
    """The options that add it and let it in."""
    options = {"address": "127.0.0.1", "port": app.port, "create": CHECKED, "state": "ready", "wait_for": "healthy"}
    return {**options, **others}


def test_a_new_member_is_added_everywhere_and_serves_once_its_checks_pass(estate: Estate, app4: App) -> None:
    app4.healthy = False
    with Customers([estate.lb1.online, estate.lb2.online]) as customers:
        adding = in_background(lambda: estate.set("app4", **new(app4)))
        until(lambda: estate.are_there("app4") == [True] * 2, "both have it")
        asked = customers.total
        until(lambda: customers.total > asked + 200, "customers go on asking")
        assert app4.customers == 0
        app4.healthy = True
        result = adding()
        until(lambda: customers.answers[200, "app4"] > 20, "it has customers")
    assert not customers.failed
    line = f"127.0.0.1:{app4.port} check inter 300ms rise 2 fall 3 weight 100"
    assert [words for words in result["changes"] if words.startswith("lb1")] == [
        f"lb1: quotes/app4 server: absent -> {line}",
        "lb1: quotes/app4 state: maintenance -> ready",
    ]
    (told,) = result["endpoints"][0]["servers"]
    assert (told["before"], told["after"]["status"], told["after"]["initial_weight"]) == (None, "UP", 100)
    assert not estate.set("app4", **new(app4))["changed"]


def test_a_member_is_deleted_under_traffic_once_nobody_is_connected_to_it(estate: Estate, app4: App) -> None:
    estate.set("app4", **new(app4))
    with Customers([estate.lb1.online, estate.lb2.online]) as customers:
        until(lambda: customers.answers[200, "app4"] > 20, "it has customers")
        result = estate.set("app4", state="absent")
    assert not customers.failed
    assert estate.are_there("app4") == [False] * 2
    assert [words for words in result["changes"] if words.startswith("lb2")] == [
        "lb2: quotes/app4 state: ready -> maintenance",
        f"lb2: quotes/app4 server: 127.0.0.1:{app4.port} -> absent",
    ]
    assert result["endpoints"][1]["servers"][0]["after"] is None
    assert not estate.set("app4", state="absent")["changed"]
    with pytest.raises(NotFound, match="has no backend qoutes"):
        estate.set("app4", state="absent", backends=["qoutes"])


def test_a_new_member_that_is_not_well_is_deleted_again(estate: Estate, app4: App) -> None:
    app4.healthy = False
    with Customers([estate.lb1.online, estate.lb2.online]) as customers, pytest.raises(TimedOut) as caught:
        estate.set("app4", **new(app4, timeout_seconds=2.0))
    assert not customers.failed
    assert app4.customers == 0
    assert estate.are_there("app4") == [False] * 2
    assert caught.value.result["put_back"] == ["lb1: quotes/app4 is absent again", "lb2: quotes/app4 is absent again"]


def test_when_one_load_balancer_refuses_the_other_one_deletes_it_again(estate: Estate, app4: App) -> None:
    with pytest.raises(EndpointFailed, match="must use a dynamic load balancing to support dynamic servers") as caught:
        estate.set("app4", **new(app4, backends=["uneven"]))
    assert caught.value.failure()["endpoint"] == "lb2"
    assert caught.value.result["put_back"] == ["lb1: uneven/app4 is absent again"]
    assert caught.value.result["not_put_back"] == []
    assert estate.are_there("app4", "uneven") == [False] * 2


def test_what_haproxy_cannot_read_in_the_parameters_is_quoted(estate: Estate, app4: App) -> None:
    with pytest.raises(EndpointFailed, match="unknown keyword 'chekc'"):
        estate.set("app4", **new(app4, create={"parameters": ["chekc"]}))
    assert estate.are_there("app4") == [False] * 2


def test_a_backend_without_servers_gets_its_first_and_loses_its_last(estate: Estate, app4: App) -> None:
    empty = {"backends": ["empty"]}
    assert estate.set("app4", **new(app4, **empty, weight="70"))["changed"]
    assert estate.seen("srv_iweight", "app4", "empty") == ["70"] * 2
    with pytest.raises(Refused, match="of 1 servers 1 serve now .app4.; without app4 0 would be left, 1 must be"):
        estate.set("app4", state="absent", **empty)
    assert estate.set("app4", state="absent", min_active="0", **empty)["changed"]
    assert estate.are_there("app4", "empty") == [False] * 2


def test_without_a_state_a_new_server_waits_in_maintenance(estate: Estate, app4: App) -> None:
    estate.set("app4", **new(app4, state=None, wait_for=None, backends=["quotes", "quotes_maintenance"]))
    assert estate.state("app4") == estate.state("app4", "quotes_maintenance") == MAINT
    assert estate.set("app4", state="ready", wait_for="healthy")["changed"]
    assert estate.state("app4") == READY
    assert estate.state("app4", "quotes_maintenance") == MAINT


def test_what_is_there_is_moved_instead_of_added(estate: Estate, app4: App) -> None:
    result = estate.set("app1", **new(app4))
    assert result["changes"] == [
        f"{lb}: quotes/app1 address: 127.0.0.1:{estate.apps['app1'].port} -> 127.0.0.1:{app4.port}"
        for lb in ("lb1", "lb2")
    ]
    assert estate.state("app1") == READY


def test_check_mode_foretells_what_is_added_and_deleted(estate: Estate, app4: App) -> None:
    foretold = estate.check("app4", **new(app4, weight="50"))
    assert estate.are_there("app4") == [False] * 2
    done = estate.set("app4", **new(app4, weight="50"))
    assert [foretold[key] for key in ("changed", "changes", "diff")] == [
        done[key] for key in ("changed", "changes", "diff")
    ]
    foretold = estate.check("app4", state="absent")
    assert estate.state("app4") == READY
    done = estate.set("app4", state="absent")
    assert [foretold[key] for key in ("changed", "changes", "diff")] == [
        done[key] for key in ("changed", "changes", "diff")
    ]


def test_a_server_that_others_follow_stays(estate: Estate) -> None:
    with pytest.raises(Refused, match="can never be removed at runtime: followers/app1 follow its checks"):
        estate.set("app1", state="absent")
    assert estate.state() == READY


def test_whoever_is_still_connected_keeps_the_server_from_being_deleted(estate: Estate, app4: App) -> None:
    estate.set("app4", **new(app4))
    slow = [SlowRequest(estate.lb1.online) for _number in range(8)]
    until(app4.slow_arrived.is_set, "app4 works on a long request")
    with pytest.raises(TimedOut, match="lb1: quotes/app4 still has"):
        estate.set("app4", state="absent", timeout_seconds=1.0)
    assert estate.state("app4") == READY
    deleting = in_background(lambda: estate.set("app4", state="absent"))
    until(lambda: estate.state("app4") == ["2/8"] * 2, "it drains on both")
    for app in (*estate.apps.values(), app4):
        app.hurry.set()
    assert deleting()["changed"]
    assert {request.result() for request in slow} == {200}
    assert estate.are_there("app4") == [False] * 2


def test_a_reload_forgets_what_was_added_and_verify_says_so(estate: Estate, app4: App) -> None:
    estate.set("app4", **new(app4))
    assert not estate.set("app4", **new(app4, verify=True, on_restart="fail"))["changed"]
    estate.lb2.reload(keep_state=True)
    with pytest.raises(EndpointFailed, match="lb2: quotes/app4 server: absent -> .* would be needed again"):
        estate.set("app4", **new(app4, verify=True, on_restart="fail"))
    assert estate.set("app4", **new(app4))["changed"]
    assert estate.state("app4") == READY
