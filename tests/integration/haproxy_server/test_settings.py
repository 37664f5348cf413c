# SPDX-License-Identifier: GPL-3.0-or-later
"""Which servers are meant and what is set on them, on real HAProxy processes whose words are never swallowed."""

from __future__ import annotations

from functools import partial

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput, EndpointFailed, NotFound, Refused
from ansible_collections.hybrid.rollout.tests.integration.haproxy._background import in_background
from ansible_collections.hybrid.rollout.tests.integration.haproxy._processes import until
from ansible_collections.hybrid.rollout.tests.integration.haproxy_server.conftest import Estate

READY, MAINT = ["2/0"] * 2, ["0/1"] * 2


def weighs(estate: Estate, weight: str) -> bool:
    return estate.seen("srv_uweight") == [weight] * 2


def test_servers_are_found_by_name_glob_regular_expression_and_address(estate: Estate) -> None:
    port = estate.apps["app2"].port
    for match, text, hits in (
        ("name", "app2", 1),
        ("glob", "app[12]", 2),
        ("regex", "app(2|3)", 2),
        ("regex", "app", 0),
        ("address", f"127.0.0.1:{port}", 1),
        ("address", "127.0.0.1", 3),
    ):
        result = estate.check(text, match=match, weight="50%", min_matches=0)
        assert len(result["changes"]) == 2 * hits, (match, text)
    everywhere = estate.check("app2", backends=None, maxconn=9)["endpoints"][0]["servers"]
    assert {"quotes", "unchecked", "followers", "light"} <= {server["backend"] for server in everywhere}


def test_what_is_found_nowhere_fails_with_the_names_there_are(estate: Estate) -> None:
    for options, words in (
        (
            {"backends": None},
            "lb1: name 'app9' matches 0 servers in all backends, min_matches is 1. It has: app1, app2",
        ),
        ({}, "matches 0 servers in backends quotes"),
        ({"backends": ["quotess"]}, "lb1 has no backend quotess. It has: empty, followers, light"),
    ):
        with pytest.raises(NotFound, match=words):
            estate.set("app9", state="maint", **options)
    with pytest.raises(NotFound, match="'app9' matches 0 servers"):
        estate.set("app1", "app9", state="maint")
    assert not estate.set("app9", state="maint", min_matches=0)["changed"]
    assert estate.state() == READY


def test_a_name_that_would_be_a_command_is_refused(estate: Estate) -> None:
    for server in ("app1;quit", "app1 x", "app1\nquit", "app1\\", ""):
        with pytest.raises(BadInput, match="is not a name of an HAProxy server"):
            estate.set(server, state="maint")
        with pytest.raises(BadInput, match="is not a name of an HAProxy backend"):
            estate.set(backends=[server], state="maint")
    assert estate.state() == READY


def test_weight_is_set_alone_and_leaves_the_state_as_it_is(estate: Estate) -> None:
    estate.set(state="maint")
    result = estate.set(weight="30")
    assert result["changes"] == ["lb1: quotes/app1 weight: 100 -> 30", "lb2: quotes/app1 weight: 100 -> 30"]
    assert estate.seen("srv_uweight") == ["30", "30"]
    assert estate.state() == MAINT
    assert result["endpoints"][0]["servers"][0]["before"]["weight"] == 100
    assert not estate.set(weight="30%")["changed"]


def test_weight_rises_step_by_step_while_the_server_serves(estate: Estate) -> None:
    estate.set(state="maint")
    ramp = {"steps": [10, 40, 100], "interval_seconds": 0.8}
    coming = in_background(lambda: estate.set(state="ready", wait_for="healthy", ramp=ramp))
    for weight in ("10", "40", "100"):
        until(partial(weighs, estate, weight), f"weight {weight}")
    assert coming()["changes"][0] == "lb1: quotes/app1 weight: 100 -> 10, 40, 100"
    assert not estate.set(state="ready", wait_for="healthy", ramp=ramp)["changed"]
    estate.set(weight="5")
    ramp["interval_seconds"] = 3.0
    rising = in_background(lambda: estate.set(wait_for="healthy", ramp=ramp, timeout_seconds=1.0))
    until(lambda: estate.seen("srv_uweight") == ["10", "10"], "the first step")
    estate.apps["app1"].healthy = False
    with pytest.raises(EndpointFailed, match="stopped serving before it got 40% of its weight: it says DOWN"):
        rising()
    assert estate.seen("srv_uweight") == ["5", "5"]


def test_what_haproxy_refuses_is_quoted_and_put_back(estate: Estate) -> None:
    with pytest.raises(EndpointFailed, match="static LB algorithm and only accepts weights '0%' and '100%'") as caught:
        estate.set(backends=["static"], weight="5", maxconn=7)
    assert estate.lb1.settings("app1", "static")["srv_uweight"] == "100"
    assert estate.info(pools=["static"])["endpoints"][0]["pools"][0]["servers"][0]["status"] == "no check"
    assert "static" in str(caught.value.failure()["command"])
    assert caught.value.result["not_put_back"] == []
    estate.set(backends=["static"], weight="0%")
    estate.set(backends=["static"], weight="100%")


def test_a_share_of_a_tiny_base_weight_is_refused_because_it_is_nothing(estate: Estate) -> None:
    with pytest.raises(Refused, match="50% of its initial weight 1 is 0, which is no traffic"):
        estate.set(backends=["light"], weight="50%")


def test_an_operator_socket_is_told_that_it_may_not_change_anything(estate: Estate) -> None:
    estate.endpoints[1]["url"] = f"unix://{estate.lb2.home}/operator.sock"
    with pytest.raises(EndpointFailed, match="lets this socket only ask: its level is operator"):
        estate.set(state="maint")
    assert estate.state() == READY


def test_address_port_and_limit_are_set_and_moved_back_when_the_task_fails(estate: Estate) -> None:
    there = str(estate.apps["app2"].port)
    result = estate.set(address="127.0.0.2", port=int(there), maxconn=50)
    assert estate.seen("srv_addr") == ["127.0.0.2"] * 2
    assert estate.seen("srv_port") == [there] * 2
    assert result["endpoints"][1]["servers"][0]["after"]["maxconn"] == 50
    assert not estate.set(address="127.0.0.2", port=int(there), maxconn=50)["changed"]
    for broken, words in (({"address": "lb.example"}, "not host names"), ({"port": 70000}, "from 1 to 65535")):
        with pytest.raises(BadInput, match=words):
            estate.set(**broken)


def test_a_server_that_its_agent_rules_is_left_to_it(estate: Estate) -> None:
    agents = {"backends": ["ruled_by_agent"]}
    with pytest.raises(Refused, match="its agent check is enabled, and the agent sets state and weight at every check"):
        estate.set(state="drain", **agents)
    result = estate.set(state="drain", agent="disabled", **agents)
    assert result["changes"][0] == "lb1: ruled_by_agent/app1 agent: enabled -> disabled"
    assert result["endpoints"][0]["servers"][0]["before"]["agent"] == "enabled"
    assert [int(bits) & 4 for bits in estate.seen("srv_agent_state", pool="ruled_by_agent")] == [0, 0]
    estate.set(state="ready", agent="enabled", **agents)
    assert [int(bits) & 4 for bits in estate.seen("srv_agent_state", pool="ruled_by_agent")] == [4, 4]
    with pytest.raises(Refused, match="the server has no agent check"):
        estate.set(agent="enabled")


def test_a_health_check_is_never_left_paused(estate: Estate) -> None:
    estate.set(state="maint")
    with pytest.raises(Refused, match="it is in maintenance. A check that is disabled there stays paused for ever"):
        estate.set(health="disabled")
    estate.set(state="ready", wait_for="healthy")
    estate.set(health="disabled", state="maint")
    assert estate.seen("srv_check_state") == ["2", "2"]
    estate.apps["app1"].healthy = False
    estate.set(health="enabled", state="ready")
    assert [int(bits) & 8 for bits in estate.seen("srv_check_state")] == [0, 0]
    assert estate.state() == ["0/0"] * 2
    estate.apps["app1"].healthy = True
    until(lambda: estate.state() == READY, "it comes back by its own checks")
