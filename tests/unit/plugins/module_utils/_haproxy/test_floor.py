# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput, Refused
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.floor import check_floor, floor_of
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import (
    Admin,
    Check,
    Epoch,
    Operation,
    Process,
    Server,
    Settings,
    Snapshot,
)
from hypothesis import given
from hypothesis import strategies as st

from .conftest import recorded_snapshot


def pool_of(states: list[tuple[int, int, bool]]) -> Snapshot:
    servers = {
        f"app{number}": Server(f"app{number}", Admin(admin), Operation(operation), "", 0, 0, Check(), backup)
        for number, (admin, operation, backup) in enumerate(states)
    }
    return Snapshot("lb1", "unix:///lb1", Process(Epoch(1, 1), "2.6"), "admin", {"quotes": servers})


@pytest.mark.parametrize(
    ("min_active", "servers", "floor"),
    [("2", 4, 2), ("0", 4, 0), ("50%", 4, 2), ("50%", 5, 3), ("1%", 4, 1), ("100%", 3, 3)],
)
def test_a_floor_is_a_count_or_a_percentage_rounded_up(min_active: str, servers: int, floor: int) -> None:
    assert floor_of(min_active, servers) == floor


@pytest.mark.parametrize("min_active", ["", "half", "-1", "1.5", "101%", "50 percent"])
def test_a_floor_that_cannot_be_meant_is_refused(min_active: str) -> None:
    with pytest.raises(BadInput, match="min_active"):
        floor_of(min_active, 4)


def test_a_refusal_gives_the_numbers_and_the_names() -> None:
    seen = recorded_snapshot("app3_down_others_online")
    with pytest.raises(Refused, match=r"lb1: of 4 servers 2 serve now \(app1, app2\); without app1 1 would be left, 3"):
        check_floor([seen], "quotes", ["app1"], "3")


def test_a_member_that_does_not_serve_may_always_leave() -> None:
    check_floor([recorded_snapshot("app3_down_others_online")], "quotes", ["app3"], "100%")


def test_a_backup_server_is_no_replacement() -> None:
    with pytest.raises(Refused, match="1 would be left, 2 must be"):
        check_floor([pool_of([(0, 2, False), (0, 2, False), (0, 2, True)])], "quotes", ["app0"], "2")


def test_a_server_of_weight_nothing_is_no_replacement() -> None:
    seen = pool_of([(0, 2, False), (0, 2, False)])
    servers = dict(seen.pools["quotes"])
    servers["app1"] = replace(servers["app1"], settings=Settings(weight=0, initial_weight=100))
    with pytest.raises(Refused, match=r"1 serve now \(app0\); without app0 0 would be left, 1 must be"):
        check_floor([replace(seen, pools={"quotes": servers})], "quotes", ["app0"], "1")


@given(
    states=st.lists(
        st.tuples(st.sampled_from([0, 1, 2, 4, 8, 16, 32, 64]), st.integers(0, 3), st.booleans()),
        min_size=1,
        max_size=12,
    ),
    leaving=st.sets(st.integers(0, 11)),
    floor=st.integers(0, 12),
)
def test_the_floor_is_never_broken_by_who_is_let_go(
    states: list[tuple[int, int, bool]], leaving: set[int], floor: int
) -> None:
    serving = {n for n, (admin, op, backup) in enumerate(states) if not admin & 0x3B and op in (1, 2) and not backup}
    try:
        check_floor([pool_of(states)], "quotes", [f"app{number}" for number in leaving], str(floor))
    except Refused:
        assert len(serving - leaving) < floor
        assert serving & leaving
    else:
        assert len(serving - leaving) >= floor or not serving & leaving
