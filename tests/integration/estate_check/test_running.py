# SPDX-License-Identifier: GPL-3.0-or-later
"""A real HAProxy with one dangerous setting: it is found, and nothing else is."""

from __future__ import annotations

import socket

import pytest
import trustme
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput, EndpointFailed, NotFound, Refused
from ansible_collections.hybrid.rollout.tests.integration.estate_check.conftest import Bench
from ansible_collections.hybrid.rollout.tests.integration.haproxy._processes import until

APP1 = "server app1 127.0.0.1:"
BOTH = ["lb2/quotes", "lb2/quotes_maintenance"]


def test_a_sane_estate_has_nothing_to_report(bench: Bench) -> None:
    bench.start()
    assert bench.check() == []
    assert bench.check(online_pool=None, maintenance_pool=None) == [], "the door to the runtime API is no pool"
    user = {"name": "lb1", "url": f"unix://{bench.lb1.home}/user.sock"}
    assert bench.check(endpoints=[user], online_pool=None, maintenance_pool=None) == [("one_endpoint", "lb1")]


@pytest.mark.parametrize(
    ("order", "code"),
    [
        ("disable health quotes/app1", "server_without_check"),
        ("set weight quotes/app1 0", "weight_zero"),
    ],
)
def test_what_an_operator_did_is_found(bench: Bench, order: str, code: str) -> None:
    bench.start().tell(order)
    assert bench.check() == [(code, "lb2/quotes/app1")]


def test_a_check_that_never_runs_again_is_found(bench: Bench) -> None:
    lb2 = bench.start()
    lb2.tell(
        "disable server quotes/app1;disable health quotes/app1;enable server quotes/app1;enable health quotes/app1"
    )
    assert bench.check() == [("check_paused", "lb2/quotes/app1")]
    lb2.tell("enable health quotes/app1")


def test_a_member_in_maintenance_or_draining_is_no_finding(bench: Bench) -> None:
    bench.start().tell("set server quotes/app1 state maint;set server quotes/app2 state drain")
    assert bench.check() == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("balance roundrobin", "balance static-rr", [("static_balance", where) for where in BOTH]),
        ("balance roundrobin", "balance first", [("balance_first", where) for where in BOTH]),
        (APP1, "server app1 127.0.0.1:9 no-check #", [("server_without_check", "lb2/quotes/app1")]),
        (APP1, "server app1 127.0.0.1:9 no-check track quotes/app2 #", [("tracked_server", "lb2/quotes/app1")]),
        (
            APP1,
            "server app1 127.0.0.1:9 agent-check agent-port 9 weight 1 #",
            [("agent_on_low_weight", "lb2/quotes/app1"), ("two_owners", "lb2/quotes/app1")],
        ),
        (APP1, "server app1 127.0.0.1:9 agent-check agent-port 9 #", [("two_owners", "lb2/quotes/app1")]),
        (
            APP1,
            "server app0 127.0.0.1:9\n    " + APP1,
            [("servers_differ", "lb1/quotes"), ("pools_differ", "lb2/quotes")],
        ),
    ],
)
def test_what_is_configured_is_found_on_the_running_process(
    bench: Bench, old: str, new: str, expected: list[tuple[str, str]]
) -> None:
    bench.start(old, new)
    assert sorted(bench.check()) == sorted(expected)


def test_the_words_ssl_and_verify_keep_nobody_out_of_a_stats_socket(bench: Bench) -> None:
    authority, pem = trustme.CA(), bench.home / "door.pem"
    authority.issue_cert("lb2").private_key_and_cert_chain_pem.write_to_path(str(pem))
    line = (
        f"stats socket ipv4@0.0.0.0:{{port}} level admin ssl crt {pem} ca-file {pem} verify required\n    maxconn 100"
    )
    lb2 = bench.start("maxconn 100", line)
    with socket.create_connection(("127.0.0.1", lb2.port), timeout=10) as anybody:
        anybody.sendall(b"show cli level\n")
        assert anybody.recv(100).strip() == b"admin", "HAProxy has learnt to protect it: the rule is out of date"
    assert bench.check() == [("clear_text_admin_socket", f"lb2/ipv4@0.0.0.0:{lb2.port}")]
    read = bench.check(endpoints=None, configurations={"lb2": lb2.text})
    assert read == [("clear_text_admin_socket", "lb2:5")]


def test_a_server_that_one_load_balancer_alone_has_got_is_found(bench: Bench) -> None:
    lb2 = bench.start()
    for pool in ("quotes", "quotes_maintenance"):
        assert "registered" in lb2.ask(f"add server {pool}/app3 127.0.0.1:9 check weight 100")
        lb2.tell(f"enable health {pool}/app3")
    assert bench.check() == [("servers_differ", "lb1/quotes"), ("servers_differ", "lb1/quotes_maintenance")]


def test_findings_fail_the_check_where_that_is_asked_for(bench: Bench) -> None:
    lb2 = bench.start(APP1, "server app1 127.0.0.1:9 no-check track quotes/app2 #")
    assert bench.check(fail_on="danger") == [("tracked_server", "lb2/quotes/app1")]
    with pytest.raises(Refused, match=r"1 of 1 findings are of severity danger or warning .*lb2/quotes/app1") as caught:
        bench.check(fail_on="warning")
    assert caught.value.result["counts"] == {"danger": 0, "warning": 1, "hint": 0}
    assert bench.check(fail_on="warning", ignore=["tracked_server"]) == []
    lb2.tell("set weight quotes/app2 0")
    with pytest.raises(Refused, match="danger weight_zero, lb2/quotes/app2"):
        bench.check(fail_on="danger")


def test_what_cannot_be_meant_is_refused_before_anybody_is_asked(bench: Bench) -> None:
    bench.start()
    bench.lb1.kill()
    for options, words in (
        ({"ignore": ["option_presist"]}, "option_presist, which is no code: there are option_persist"),
        ({"pools": ["quotes;disable server quotes/app1"]}, "is not a name"),
        ({"configurations": {"lb1": "nothing"}}, "lb1 is no configuration of HAProxy"),
        ({"configuration_paths": ["/nowhere/haproxy.cfg"]}, "No such file or directory"),
        ({"endpoints": []}, "there is nothing to check"),
    ):
        with pytest.raises(BadInput, match=words):
            bench.check(**options)
    with pytest.raises(EndpointFailed, match="HAProxy lb1 .* could not be asked"):
        bench.check()


def test_an_unknown_pool_is_named_with_those_that_are_there(bench: Bench) -> None:
    bench.start()
    with pytest.raises(NotFound, match=r"no pool qoutes.* It has: quotes, quotes_maintenance"):
        bench.check(online_pool="qoutes")


def test_a_server_that_is_down_is_no_dangerous_setting(bench: Bench) -> None:
    lb2 = bench.start(APP1, "server app1 127.0.0.1:9 #")
    until(lambda: "DOWN" in lb2.ask("show stat quotes 4 -1"), "app1 is down")
    assert bench.check() == []
