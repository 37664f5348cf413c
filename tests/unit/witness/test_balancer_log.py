# SPDX-License-Identifier: GPL-3.0-or-later
"""The balancer's own word on how a request ended, read from the lines that HAProxy 2.6 writes."""

from __future__ import annotations

import pytest
from ansible_collections.hybrid.rollout.tests.lab.witness.balancer_log import BalancerLog, read_line

HEAD = "<134>Nov 23 07:29:45 haproxy[17933]: 10.77.0.1:39354 [23/Nov/2026:07:29:45.869] online "
GOOD = HEAD + 'quotes/app1 0/0/0/1/1 200 138 - - ---- 51/41/35/0/0 0/0 {w01-1} "GET / HTTP/1.1"'
NOBODY = HEAD + 'quotes/<NOSRV> 0/2001/-1/-1/2001 503 217 - - sQ-- 9/1/0/0/0 0/3 {w01-2} "GET / HTTP/1.1"'
RETRIED = HEAD + 'quotes/app2 0/0/-1/-1/3003 503 217 - - SC-- 9/1/0/0/+3 0/0 {w01-3|curl/8} "GET / HTTP/1.1"'
CUT = HEAD + 'quotes/app2 0/0/0/3/+40 200 +138 - - SD-- 9/1/0/0/0 0/0 {w01-4} "GET / HTTP/1.1"'
UNCAPTURED = HEAD + 'quotes/app1 0/0/0/1/1 500 138 - - ---- 51/41/35/0/0 0/0 "GET / HTTP/1.1"'


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (NOBODY, ("<NOSRV>", 503, "sQ--", "0", "w01-2")),
        (RETRIED, ("app2", 503, "SC--", "+3", "w01-3|curl/8")),
        (CUT, ("app2", 200, "SD--", "0", "w01-4")),
        (UNCAPTURED, ("app1", 500, "----", "0", "")),
    ],
)
def test_a_request_line_gives_server_status_and_termination(
    line: str, expected: tuple[str, int, str, str, str]
) -> None:
    read = read_line("10.77.0.11", line)
    assert read is not None
    assert (read.server, read.status, read.termination, read.retries, read.captured) == expected
    assert (read.backend, read.balancer, read.line) == ("quotes", "10.77.0.11", line)
    assert read.abnormal


def test_other_lines_of_a_balancer_are_passed_over() -> None:
    assert (
        read_line("lb1", "<133>Nov 23 07:29:45 haproxy[1]: Server quotes/app1 is DOWN, reason: Layer7 timeout.") is None
    )
    assert read_line("lb1", "") is None


def test_all_requests_are_counted_and_only_the_abnormal_kept() -> None:
    log = BalancerLog()
    for line in (GOOD, NOBODY, "noise", RETRIED, CUT):
        log.datagram_received(line.encode() + b"\n", ("10.77.0.11", 514))
    assert log.lines_read == 4
    assert [line.termination for line in log.abnormal] == ["sQ--", "SC--", "SD--"]
    assert log.by_request()["w01-3"].server == "app2"
    assert "w01-1" not in log.by_request()
