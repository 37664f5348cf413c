# SPDX-License-Identifier: GPL-3.0-or-later
"""The service does what its release says, above all when the release is broken."""

from __future__ import annotations

import http.client
import signal
import threading
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.lab.quotes.build_releases import Release
from ansible_collections.hybrid.rollout.tests.lab.quotes.quotes import QUOTES
from ansible_collections.hybrid.rollout.tests.unit.lab_quotes.running_quotes import (
    PATIENCE_SECONDS,
    listens,
    running,
    wait_until,
)

SLOW_START = 600.0


def test_a_good_release_says_who_it_is_and_serves_quotes(tmp_path: Path) -> None:
    with running(Release("1.1", 0.0), tmp_path) as quotes:
        quotes.wait_until_ready()
        assert quotes.health() == (200, {"service": "quotes", "version": "1.1", "ready": True, "member": "app1"})
        status, headers, body = quotes.get("/")
        assert (status, headers["x-quotes-version"], headers["x-quotes-member"]) == (200, "1.1", "app1")
        assert body
        assert quotes.get("/nothing")[0] == 404


@pytest.mark.parametrize("release", [Release("1.1", SLOW_START), Release("1.3", 0.0, "never_ready")])
def test_until_it_is_ready_it_refuses_and_says_so(release: Release, tmp_path: Path) -> None:
    with running(release, tmp_path) as quotes:
        status, state = quotes.health()
        assert (status, state["ready"], state["version"]) == (503, False, release.version)
        assert quotes.get("/")[0] == 503


def test_a_release_with_errors_answers_500_to_everything(tmp_path: Path) -> None:
    with running(Release("1.2", 0.0, "errors"), tmp_path) as quotes:
        assert [quotes.get(path)[0] for path in ("/health", "/", "/")] == [500, 500, 500]


def test_errors_for_customers_hide_behind_a_good_health_answer(tmp_path: Path) -> None:
    with running(Release("1.6", 0.0, "errors_for_customers"), tmp_path) as quotes:
        quotes.wait_until_ready()
        assert quotes.health()[1]["ready"] is True
        assert quotes.get("/")[0] == 500


def test_wrong_quotes_are_served_by_a_service_that_looks_well(tmp_path: Path) -> None:
    with running(Release("1.7", 0.0, "wrong_quotes"), tmp_path) as quotes:
        quotes.wait_until_ready()
        assert quotes.health() == (200, {"service": "quotes", "version": "1.7", "ready": True, "member": "app1"})
        status, _headers, body = quotes.get("/")
        assert status == 200
        assert body.decode().strip() not in QUOTES


def test_a_wrong_version_is_healthy_but_not_what_was_deployed(tmp_path: Path) -> None:
    with running(Release("1.4", 0.0, "wrong_version"), tmp_path) as quotes:
        quotes.wait_until_ready()
        assert quotes.health()[1]["version"] != "1.4"
        assert quotes.get("/")[1]["x-quotes-version"] != "1.4"


def test_the_crashing_release_is_healthy_first_and_then_exits_with_1(tmp_path: Path) -> None:
    with running(Release("1.5", 0.0, "crash_after_5s"), tmp_path) as quotes:
        quotes.wait_until_ready()
        assert quotes.process.wait(PATIENCE_SECONDS) == 1


def test_a_kept_connection_serves_many_requests(tmp_path: Path) -> None:
    with running(Release("1.1", 0.0), tmp_path) as quotes:
        quotes.wait_until_ready()
        connection = http.client.HTTPConnection("127.0.0.1", quotes.port, timeout=PATIENCE_SECONDS)
        connection.connect()
        local = connection.sock.getsockname()
        for _time in range(5):
            connection.request("GET", "/")
            answer = connection.getresponse()
            assert answer.status == 200
            assert answer.read()
            assert connection.sock.getsockname() == local
        connection.close()


def test_on_sigterm_it_finishes_what_is_in_flight_takes_nothing_new_and_exits_with_0(tmp_path: Path) -> None:
    with running(Release("1.1", 0.0), tmp_path) as quotes:
        quotes.wait_until_ready()
        idle = http.client.HTTPConnection("127.0.0.1", quotes.port, timeout=PATIENCE_SECONDS)
        idle.connect()
        slow = http.client.HTTPConnection("127.0.0.1", quotes.port, timeout=PATIENCE_SECONDS)
        slow.request("GET", "/wait/1500")
        # A later answer on another connection shows that the slow request has been read.
        assert quotes.get("/wait/50")[0] == 200
        statuses: list[int] = []
        reader = threading.Thread(target=lambda: statuses.append(slow.getresponse().status))
        reader.start()
        quotes.process.send_signal(signal.SIGTERM)
        wait_until(lambda: not listens(quotes.port))
        assert quotes.process.poll() is None
        reader.join(PATIENCE_SECONDS)
        assert statuses == [200]
        assert quotes.process.wait(PATIENCE_SECONDS) == 0
        idle.close()
