# SPDX-License-Identifier: GPL-3.0-or-later
"""The .NET edition of quotes does what its release says, and stops without losing a request."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.integration.haproxy._processes import (
    HAProxy,
    haproxy_command_or_skip,
    until,
)
from ansible_collections.hybrid.rollout.tests.integration.haproxy._traffic import Customers
from ansible_collections.hybrid.rollout.tests.integration.windows._ledgerd import PATIENCE_SECONDS, running
from ansible_collections.hybrid.rollout.tests.lab.quotes.build_releases import Release
from ansible_collections.hybrid.rollout.tests.lab.quotes.quotes import QUOTES
from ansible_collections.hybrid.rollout.tests.unit.lab_quotes import running_quotes

SLOW_START = 600.0
GOOD = Release("1.1", 0.0)


@pytest.mark.parametrize("release", [GOOD, Release("1.2", 0.0, "errors"), Release("1.3", 0.0, "never_ready")])
def test_it_answers_as_the_edition_for_linux_does(release: Release, tmp_path: Path) -> None:
    with running_quotes.running(release, tmp_path) as quotes, running(release, tmp_path, "app1") as ledgerd:
        if release.defect == "none":
            quotes.wait_until_ready()
            ledgerd.wait_until_ready()
        for path in ("/health", "/nothing", "/wait/1", "/wait/soon", "/?page=2"):
            status, headers, body = quotes.get(path)
            assert ledgerd.ask(path) == (status, headers, body.decode()), path


def test_a_good_release_serves_every_quote_and_says_who_it_is(tmp_path: Path) -> None:
    with running(GOOD, tmp_path) as ledgerd:
        ledgerd.wait_until_ready()
        answers = [ledgerd.ask("/") for _quote in QUOTES]
        assert sorted(body.strip() for _status, _headers, body in answers) == sorted(QUOTES)
        for _status, headers, _body in answers:
            assert (headers["x-quotes-version"], headers["x-quotes-member"]) == ("1.1", "win01")


@pytest.mark.parametrize("release", [Release("1.1", SLOW_START), Release("1.3", 0.0, "never_ready")])
def test_until_it_is_ready_it_refuses_and_says_so(release: Release, tmp_path: Path) -> None:
    with running(release, tmp_path) as ledgerd:
        status, _headers, state = ledgerd.ask("/health")
        assert status == 503
        assert '"ready": false' in state
        assert ledgerd.ask("/")[0] == 503


def test_errors_for_customers_hide_behind_a_good_health_answer(tmp_path: Path) -> None:
    with running(Release("1.6", 0.0, "errors_for_customers"), tmp_path) as ledgerd:
        ledgerd.wait_until_ready()
        assert ledgerd.ask("/")[0] == 500


def test_a_wrong_version_is_healthy_but_not_what_was_deployed(tmp_path: Path) -> None:
    with running(Release("1.4", 0.0, "wrong_version"), tmp_path) as ledgerd:
        ledgerd.wait_until_ready()
        assert '"version": "0.9"' in ledgerd.ask("/health")[2]
        assert ledgerd.ask("/")[1]["x-quotes-version"] == "0.9"


def test_wrong_quotes_are_served_by_a_service_that_looks_well(tmp_path: Path) -> None:
    with running(Release("1.7", 0.0, "wrong_quotes"), tmp_path) as ledgerd:
        ledgerd.wait_until_ready()
        assert '"version": "1.7", "ready": true' in ledgerd.ask("/health")[2]
        status, headers, body = ledgerd.ask("/")
        assert (status, headers["x-quotes-version"]) == (200, "1.7")
        assert body.strip() not in QUOTES


def test_the_crashing_release_is_healthy_first_and_then_exits_with_1(tmp_path: Path) -> None:
    with running(Release("1.5", 0.0, "crash_after_5s"), tmp_path) as ledgerd:
        ledgerd.wait_until_ready()
        assert ledgerd.process.wait(PATIENCE_SECONDS) == 1


def test_its_configuration_file_says_what_its_addresses_begin_with(tmp_path: Path) -> None:
    with running(GOOD, tmp_path, url_prefix="/quotes/") as ledgerd:
        ledgerd.wait_until_ready("/quotes/health")
        assert ledgerd.ask("/quotes/")[0] == 200
        assert ledgerd.ask("/")[0] == 404


def test_a_kept_connection_serves_many_requests(tmp_path: Path) -> None:
    with running(GOOD, tmp_path) as ledgerd:
        ledgerd.wait_until_ready()
        connection = ledgerd.connect()
        connection.connect()
        local = connection.sock.getsockname()
        for _time in range(5):
            connection.request("GET", "/")
            answer = connection.getresponse()
            assert answer.status == 200
            assert answer.read()
            assert connection.sock.getsockname() == local
        connection.request("POST", "/")
        answer = connection.getresponse()
        assert (answer.status, answer.getheader("connection")) == (405, "close")
        connection.close()


def test_requests_sent_at_once_are_answered_in_order_and_heads_have_no_body(tmp_path: Path) -> None:
    with running(GOOD, tmp_path) as ledgerd:
        ledgerd.wait_until_ready()
        with socket.create_connection(("127.0.0.1", ledgerd.port), PATIENCE_SECONDS) as client:
            paths = ("HEAD /wait/50", "GET /nothing", "HEAD /health")
            client.sendall("".join(f"{path} HTTP/1.1\r\nhost: win01\r\n\r\n" for path in paths).encode())
            client.sendall(b"GET / HTTP/1.1\r\nconnection: close\r\n\r\n")
            said = "".join(iter(lambda: client.recv(4096).decode(), ""))
    slow, nothing, health, last = said.split("HTTP/1.1 ")[1:]
    assert slow.startswith("200 OK\r\n")
    assert slow.endswith("\r\n\r\n")
    assert nothing.endswith("\r\n\r\nnothing here\n")
    assert health.endswith("\r\n\r\n")
    assert "application/json" in health
    assert "connection: close" in last
    assert last.splitlines()[-1] in QUOTES


def test_two_hundred_slow_requests_keep_nobody_else_waiting(tmp_path: Path) -> None:
    with running(GOOD, tmp_path) as ledgerd:
        ledgerd.wait_until_ready()
        slow = [ledgerd.connect() for _number in range(200)]
        for connection in slow:
            connection.request("GET", "/wait/600000")
        assert ledgerd.ask("/health")[0] == 200
        for connection in slow:
            connection.close()


def test_told_to_stop_it_finishes_what_is_in_flight_takes_nothing_new_and_exits_with_0(tmp_path: Path) -> None:
    with running(GOOD, tmp_path) as ledgerd:
        ledgerd.wait_until_ready()
        idle, slow = ledgerd.connect(), ledgerd.connect()
        idle.connect()
        slow.request("GET", "/wait/4000")
        # A later answer on another connection shows that the slow request has been read.
        assert ledgerd.ask("/wait/50")[0] == 200
        statuses: list[int] = []
        reader = threading.Thread(target=lambda: statuses.append(slow.getresponse().status))
        reader.start()
        ledgerd.tell_to_stop()
        until(lambda: not ledgerd.listens(), "it takes nothing new")
        assert idle.sock.recv(1) == b"", "an idle connection is closed"
        assert not statuses, "it finishes first"
        reader.join(PATIENCE_SECONDS)
        assert statuses == [200]
        assert ledgerd.process.wait(PATIENCE_SECONDS) == 0
        idle.close()


def test_no_request_fails_when_it_stops_after_the_load_balancer_has_drained_it(tmp_path: Path) -> None:
    command = haproxy_command_or_skip("bookworm")
    with running(GOOD, tmp_path, "win01") as leaves, running(GOOD, tmp_path, "win02") as stays:
        leaves.wait_until_ready()
        stays.wait_until_ready()
        balancer = HAProxy("lb1", tmp_path / "lb1", [leaves, stays], command=command)
        try:
            balancer.start(keep_state=False)
            with Customers([balancer.online], per_port=12, path="/wait/50") as customers:
                until(lambda: customers.total > 300, "customers are served")
                balancer.ask("set server quotes/win01 state drain")
                until(lambda: sessions(balancer, "win01") == 0, "win01 has no sessions")
                balancer.ask("set server quotes/win01 state maint")
                leaves.tell_to_stop()
                assert leaves.process.wait(PATIENCE_SECONDS) == 0
                asked = customers.total
                until(lambda: customers.total > asked + 300, "customers go on asking")
        finally:
            balancer.kill()
    assert not customers.failed


def sessions(balancer: HAProxy, server: str) -> int:
    """How many sessions HAProxy counts at a server of the online pool."""
    head, *rows = balancer.ask("show stat quotes 4 -1").removeprefix("# ").splitlines()
    column = head.split(",").index("scur")
    return next(int(row.split(",")[column]) for row in rows if row.startswith(f"quotes,{server},"))
