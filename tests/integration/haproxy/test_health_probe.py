# SPDX-License-Identifier: GPL-3.0-or-later
"""The health gate asks real load balancers what they think of a server."""

from __future__ import annotations

import http.client
import time
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput, NotFound
from ansible_collections.hybrid.rollout.plugins.module_utils._health.gate import run
from ansible_collections.hybrid.rollout.tests.integration.haproxy._clock import REAL_CLOCK
from ansible_collections.hybrid.rollout.tests.integration.haproxy._processes import until
from ansible_collections.hybrid.rollout.tests.integration.haproxy.conftest import Pair
from ansible_collections.hybrid.rollout.tests.integration.haproxy.test_through_ansible import task


def options(pair: Pair, server: str = "app1", pool: str = "quotes", **given: Any) -> dict[str, Any]:
    door = {option: pair.connection.get(option) for option in ("endpoints", "ca_path", "client_cert")}
    asked = {**door, "pool": pool, "server": server, **given.pop("haproxy", {})}
    return {
        "targets": [{"name": "app1", "haproxy": asked}],
        "interval_seconds": 0.1,
        "timeout_seconds": 0.0,
        "consecutive_successes": 1,
        "request_timeout_seconds": 10.0,
        "report_only": True,
        **given,
    }


def gate(pair: Pair, clock: Clock = REAL_CLOCK, **given: Any) -> dict[str, Any]:
    defaults = dict.fromkeys(("expect", "version", "ca_path", "client_cert", "client_key"))
    more: dict[str, Any] = {**defaults, "version_path": "version", "fail_on": [], "validate_certs": True}
    return run({**more, **options(pair, **given)}, False, clock)


def last(result: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = result["targets"][0]["last"]
    return told


def acting(deed: Any, after: int = 1) -> Clock:
    """The real clock; the gate's pause number ``after`` is used for a deed."""
    pauses = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == after:
            deed()
        time.sleep(seconds)

    return Clock(time.monotonic, sleep)


def failing_customer(pair: Pair, member: str) -> None:
    """One request to each balancer's pool, answered with 503 by the member alone that is left in it."""
    pair.apps[member].healthy = False
    for lb in (pair.lb1, pair.lb2):
        customer = http.client.HTTPConnection("127.0.0.1", lb.online, timeout=20)
        customer.request("GET", "/quote")
        assert customer.getresponse().status == 503
        customer.close()
    pair.apps[member].healthy = True


def only(pair: Pair, member: str) -> None:
    for lb in (pair.lb1, pair.lb2):
        for other in sorted(set(pair.apps) - {member}):
            lb.ask(f"set server quotes/{other} state maint")


def test_a_server_that_all_balancers_send_customers_passes_with_what_each_said(haproxy_pair: Pair) -> None:
    result = gate(haproxy_pair, haproxy={"max_deltas": {"hrsp_5xx": 0}})
    assert result["verdict"] == "passed"
    assert result["targets"][0]["asked"] == "quotes/app1 on lb1, lb2"
    for name in ("lb1", "lb2"):
        told = last(result)["value"][name]
        assert told["check"].startswith("L7OK")
        assert {key: told[key] for key in ("serving", "deltas")} == {
            "serving": True,
            "deltas": {"hrsp_5xx": 0, "econ": 0, "eresp": 0, "wretr": 0, "wredis": 0},
        }


def test_a_server_that_one_balancer_drains_fails_and_the_balancer_is_named(haproxy_pair: Pair) -> None:
    haproxy_pair.lb2.ask("set server quotes/app1 state drain")
    result = gate(haproxy_pair)
    assert result["verdict"] == "failed"
    assert last(result)["reason"].startswith("lb2 does not send it customers: draining, DRAIN, L7OK")
    meant_to_be_out = {"serving": False, "max_deltas": {"econ": 0}}
    assert gate(haproxy_pair, haproxy=meant_to_be_out)["verdict"] == "passed"


def test_a_server_whose_checks_fail_is_not_well_however_well_it_answers_us(haproxy_pair: Pair) -> None:
    haproxy_pair.apps["app1"].healthy = False
    until(lambda: haproxy_pair.standing()[1].startswith("quotes:0/"), "lb2 takes it down")
    assert "DOWN, L7STS" in last(gate(haproxy_pair))["reason"]


def test_errors_that_customers_meet_while_we_watch_end_the_gate_at_once(haproxy_pair: Pair) -> None:
    only(haproxy_pair, "app1")
    failing_customer(haproxy_pair, "app1")
    given: dict[str, Any] = {"timeout_seconds": 60.0, "consecutive_successes": 10_000}
    clock = acting(lambda: failing_customer(haproxy_pair, "app1"))
    result = gate(haproxy_pair, clock, haproxy={"max_deltas": {"hrsp_5xx": 0}, "serving": False}, **given)
    assert (result["verdict"], result["targets"][0]["attempts"]) == ("failed", 2)
    assert "lb1 counted 1 hrsp_5xx since it was asked first, allowed: 0" in last(result)["reason"]
    allowed = {"max_deltas": {"hrsp_5xx": 1, "econ": 0}, "serving": False}
    clock = acting(lambda: failing_customer(haproxy_pair, "app1"))
    given = {"timeout_seconds": 60.0, "consecutive_successes": 3}
    assert gate(haproxy_pair, clock, haproxy=allowed, **given)["verdict"] == "passed"


def test_a_reload_does_not_let_errors_be_forgotten(haproxy_pair: Pair) -> None:
    only(haproxy_pair, "app1")
    deeds = [
        lambda: failing_customer(haproxy_pair, "app1"),
        lambda: haproxy_pair.lb1.reload(keep_state=True),
    ]

    def sleep(seconds: float) -> None:
        if deeds:
            deeds.pop(0)()
        time.sleep(seconds)

    allowed = {"max_deltas": {"hrsp_5xx": 1}, "serving": False}
    given: dict[str, Any] = {"timeout_seconds": 60.0, "consecutive_successes": 4}
    result = gate(haproxy_pair, Clock(time.monotonic, sleep), haproxy=allowed, **given)
    assert result["verdict"] == "passed"
    assert last(result)["value"]["lb1"]["deltas"]["hrsp_5xx"] == 1


def test_a_balancer_that_is_gone_could_not_be_asked_and_one_that_knows_better_decides(haproxy_pair: Pair) -> None:
    haproxy_pair.lb2.kill()
    result = gate(haproxy_pair)
    assert result["verdict"] == "could_not_ask"
    assert "HAProxy lb2 (tls://127.0.0.1:" in last(result)["error"]
    haproxy_pair.lb1.ask("set server quotes/app1 state drain")
    assert gate(haproxy_pair)["verdict"] == "failed"


@pytest.mark.parametrize(("pool", "server", "words"), [("quotess", "app1", "quotess"), ("quotes", "app9", "app9")])
def test_a_name_that_a_balancer_does_not_know_fails_at_once(
    haproxy_pair: Pair, pool: str, server: str, words: str
) -> None:
    with pytest.raises(NotFound, match=words):
        gate(haproxy_pair, pool=pool, server=server, timeout_seconds=60.0)


@pytest.mark.parametrize(
    ("haproxy", "words"),
    [
        ({"server": "app1;disable server quotes/app1"}, "not a name of an HAProxy server"),
        ({"max_deltas": {"scur": 0}}, "Counters are hrsp_5xx, econ, eresp, wretr, wredis"),
        ({"max_deltas": {"econ": -1}}, "allows econ a delta of -1"),
        ({"serving": False}, "any answer would do"),
        ({"endpoints": []}, "endpoints is empty"),
    ],
)
def test_what_cannot_be_meant_is_told_before_a_balancer_is_asked(
    haproxy_pair: Pair, haproxy: dict[str, Any], words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        gate(haproxy_pair, haproxy=haproxy)


@pytest.mark.parametrize("reach_from", ["controller", "target"])
def test_a_task_asks_the_balancers_from_either_side(haproxy_pair: Pair, reach_from: str) -> None:
    given = options(haproxy_pair, haproxy={"max_deltas": {"econ": 0}}, report_only=False, timeout_seconds=20.0)
    result = task("health_gate", {**given, "reach_from": reach_from})
    assert result["verdict"] == "SUCCESS", result
    assert result["measurements"][0]["value"]["lb2"]["serving"] is True
