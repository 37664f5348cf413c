# SPDX-License-Identifier: GPL-3.0-or-later
"""How many members really serve, as HAProxy says it; an endpoint that cannot be asked is no number."""

from __future__ import annotations

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.tests.lab.demo.pool_floor import (
    Sample,
    count_serving,
    floor_seen,
    in_words,
    watch,
)

COLUMNS = "be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight"


def reply(*servers: tuple[str, str, int, int]) -> str:
    lines = [
        f"3 {pool} {n} {name} 10.77.0.2{n} {op} {admin} 100" for n, (pool, name, op, admin) in enumerate(servers, 1)
    ]
    return "\n".join(["1", f"# {COLUMNS}", *lines, "", ""])


@pytest.mark.parametrize(
    ("operation", "admin", "serves"),
    [
        (2, 0x00, True),
        (1, 0x00, True),
        (2, 0x04, True),
        (0, 0x00, False),
        (3, 0x00, False),
        (2, 0x01, False),
        (2, 0x02, False),
        (2, 0x08, False),
        (2, 0x10, False),
        (2, 0x20, False),
    ],
)
def test_a_member_serves_when_it_is_up_and_nobody_keeps_it_out(operation: int, admin: int, serves: bool) -> None:
    assert count_serving(reply(("quotes", "app1", operation, admin)), "quotes") == int(serves)


def test_only_the_members_of_the_pool_count() -> None:
    servers = [("quotes", "app1", 2, 0), ("quotes", "app2", 2, 0), ("quotes_maintenance", "app1", 2, 0)]
    assert count_serving(reply(*servers), "quotes") == 2


@pytest.mark.parametrize("words", ["Permission denied\n", "Can't find backend.\n", ""])
def test_an_answer_that_is_no_table_is_not_taken_for_an_empty_pool(words: str) -> None:
    with pytest.raises(OSError, match="show servers state was answered with"):
        count_serving(words, "quotes")


def test_it_looks_at_every_endpoint_again_and_again_until_it_is_stopped() -> None:
    now = [100.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    def silent() -> int:
        raise ConnectionRefusedError

    endpoints = {"lb1": iter([4, 3]).__next__, "lb2": silent}
    clock = Clock(now=lambda: now[0], sleep=sleep)
    assert list(watch(endpoints, clock, lambda: now[0] > 100.3, 0.2)) == [
        Sample(100.0, "lb1", 4),
        Sample(100.0, "lb2", None, "ConnectionRefusedError"),
        Sample(100.2, "lb1", 3),
        Sample(100.2, "lb2", None, "ConnectionRefusedError"),
    ]


def test_the_floor_is_the_lowest_number_seen_in_the_time_asked_for() -> None:
    samples = [
        Sample(1, "lb1", 1),
        Sample(2, "lb1", 4),
        Sample(3, "lb2", 3),
        Sample(4, "lb1", None),
        Sample(9, "lb1", 0),
    ]
    assert floor_seen(samples, 2, 5) == 3
    assert floor_seen(samples, 4, 5) is None


def test_looks_that_were_not_answered_are_told_with_the_first_reason() -> None:
    samples = [Sample(1, "lb1", 3), Sample(1, "lb2", None, "refused"), Sample(2, "lb2", None, "timed out")]
    assert in_words(samples) == ("pool_sampler: 3 looks, fewest members serving 3, 2 not answered (first lb2: refused)")
    assert in_words([]) == "pool_sampler: 0 looks, saw nothing, 0 not answered"
