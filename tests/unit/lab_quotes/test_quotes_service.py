# SPDX-License-Identifier: GPL-3.0-or-later
"""The service does what its release says, above all when the release is broken, and stops without losing a request."""

from __future__ import annotations

import socket
import threading

import pytest
from ansible_collections.hybrid.rollout.tests.lab.quotes.build_releases import Release
from ansible_collections.hybrid.rollout.tests.lab.quotes.quotes import QUOTES
from ansible_collections.hybrid.rollout.tests.unit.lab_quotes.edition import PATIENCE_SECONDS, Run, wait_until

SLOW_START = 600.0
GOOD = Release("1.1", 0.0)


def test_a_good_release_says_who_it_is_and_serves_every_quote(run: Run) -> None:
    with run(GOOD) as quotes:
        quotes.wait_until_ready()
        assert quotes.health() == (200, {"service": "quotes", "version": "1.1", "ready": True, "member": quotes.name})
        answers = [quotes.ask("/") for _quote in QUOTES]
        assert sorted(body.strip() for _status, _headers, body in answers) == sorted(QUOTES)
        for status, headers, _body in answers:
            assert (status, headers["x-quotes-version"], headers["x-quotes-member"]) == (200, "1.1", quotes.name)
        assert quotes.ask("/nothing")[0] == 404


@pytest.mark.parametrize("release", [Release("1.1", SLOW_START), Release("1.8", 0.0, "never_ready")])
def test_until_it_is_ready_it_refuses_and_says_so(run: Run, release: Release) -> None:
    with run(release) as quotes:
        status, state = quotes.health()
        assert (status, state["ready"], state["version"]) == (503, False, release.version)
        assert quotes.ask("/")[0] == 503


def test_a_release_with_errors_answers_500_to_everything(run: Run) -> None:
    with run(Release("1.2", 0.0, "errors")) as quotes:
        assert [quotes.ask(path)[0] for path in ("/health", "/", "/")] == [500, 500, 500]


def test_errors_for_customers_hide_behind_a_good_health_answer(run: Run) -> None:
    with run(Release("1.6", 0.0, "errors_for_customers")) as quotes:
        quotes.wait_until_ready()
        assert quotes.health()[1]["ready"] is True
        assert quotes.ask("/")[0] == 500


def test_wrong_quotes_are_served_by_a_service_that_looks_well(run: Run) -> None:
    with run(Release("1.7", 0.0, "wrong_quotes")) as quotes:
        quotes.wait_until_ready()
        assert quotes.health() == (200, {"service": "quotes", "version": "1.7", "ready": True, "member": quotes.name})
        status, headers, body = quotes.ask("/")
        assert (status, headers["x-quotes-version"]) == (200, "1.7")
        assert body.strip() not in QUOTES


def test_a_wrong_version_is_healthy_but_not_what_was_deployed(run: Run) -> None:
    with run(Release("1.4", 0.0, "wrong_version")) as quotes:
        quotes.wait_until_ready()
        assert quotes.health()[1]["version"] == "0.9"
        assert quotes.ask("/")[1]["x-quotes-version"] == "0.9"


def test_the_crashing_release_is_healthy_first_and_then_exits_with_1(run: Run) -> None:
    with run(Release("1.5", 0.0, "crash_after_5s")) as quotes:
        quotes.wait_until_ready()
        assert quotes.process.wait(PATIENCE_SECONDS) == 1


def test_a_kept_connection_serves_many_requests(run: Run) -> None:
    with run(GOOD) as quotes:
        quotes.wait_until_ready()
        connection = quotes.connect()
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


def test_requests_sent_at_once_are_answered_in_order_and_heads_have_no_body(run: Run) -> None:
    with run(GOOD) as quotes:
        quotes.wait_until_ready()
        with socket.create_connection(("127.0.0.1", quotes.port), PATIENCE_SECONDS) as client:
            paths = ("HEAD /wait/50", "GET /nothing", "HEAD /health")
            client.sendall("".join(f"{path} HTTP/1.1\r\nhost: quotes\r\n\r\n" for path in paths).encode())
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


def test_two_hundred_slow_requests_keep_nobody_else_waiting(run: Run) -> None:
    with run(GOOD) as quotes:
        quotes.wait_until_ready()
        slow = [quotes.connect() for _number in range(200)]
        for connection in slow:
            connection.request("GET", "/wait/600000")
        assert quotes.ask("/health")[0] == 200
        for connection in slow:
            connection.close()


def test_told_to_stop_it_finishes_what_is_in_flight_takes_nothing_new_and_exits_with_0(run: Run) -> None:
    with run(GOOD) as quotes:
        quotes.wait_until_ready()
        idle, slow = quotes.connect(), quotes.connect()
        idle.connect()
        slow.request("GET", "/wait/4000")
        # A later answer on another connection shows that the slow request has been read.
        assert quotes.ask("/wait/50")[0] == 200
        statuses: list[int] = []
        reader = threading.Thread(target=lambda: statuses.append(slow.getresponse().status))
        reader.start()
        quotes.tell_to_stop()
        wait_until(lambda: not quotes.listens())
        assert idle.sock.recv(1) == b"", "an idle connection is closed"
        assert not statuses, "it finishes first"
        assert quotes.process.poll() is None
        reader.join(PATIENCE_SECONDS)
        assert statuses == [200]
        assert quotes.process.wait(PATIENCE_SECONDS) == 0
        idle.close()
