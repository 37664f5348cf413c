# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import NotFound, Refused
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import Admin, Operation, ServerKey, Snapshot
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.placement import (
    Wanted,
    check_names,
    decide,
    placement_of,
)

from .conftest import recorded_snapshot

BEGINNING = "app3_down_others_online"
MIDDLE = "app1_in_maintenance_app2_draining"


def wanted(placement: str, *members: str) -> Wanted:
    return Wanted(placement, members or ("app1",), "quotes", "quotes_maintenance")


def moves(name: str, wish: Wanted) -> list[str]:
    return [str(move) for move in decide([recorded_snapshot(name)], wish)]


def with_admin(name: str, pool: str, server: str, admin: Admin) -> Snapshot:
    seen = recorded_snapshot(name)
    changed = replace(seen.pools[pool][server], admin=admin)
    return replace(seen, pools={**seen.pools, pool: {**seen.pools[pool], server: changed}})


def test_a_member_that_is_where_it_should_be_does_not_move() -> None:
    assert moves(BEGINNING, wanted("online")) == []
    assert moves(MIDDLE, wanted("maintenance")) == []


def test_a_member_leaves_one_pool_and_enters_the_other() -> None:
    assert moves(BEGINNING, wanted("maintenance")) == [
        "lb1: quotes/app1 leaves: drain, wait for its sessions, maintenance",
        "lb1: quotes_maintenance/app1 enters: ready, for testers only",
    ]
    assert moves(MIDDLE, wanted("online")) == [
        "lb1: quotes/app1 comes back: drain, fresh checks, ready",
        "lb1: quotes_maintenance/app1 leaves: drain, wait for its sessions, maintenance",
    ]


def test_a_draining_member_is_neither_in_nor_out() -> None:
    assert moves(MIDDLE, wanted("offline", "app2"))[0].startswith("lb1: quotes/app2 leaves")
    assert moves(MIDDLE, wanted("online", "app2")) == ["lb1: quotes/app2 comes back: ready"]


def test_a_drained_member_whose_fresh_checks_have_not_passed_goes_through_the_gate() -> None:
    assert moves("app1_gate_just_begun", wanted("online"))[0].endswith("drain, fresh checks, ready")
    assert moves("app1_gate_passed", wanted("online"))[0].endswith("comes back: ready")


def test_without_a_maintenance_pool_only_the_online_pool_counts() -> None:
    assert moves(BEGINNING, Wanted("offline", ["app1"], "quotes")) == [
        "lb1: quotes/app1 leaves: drain, wait for its sessions, maintenance"
    ]


@pytest.mark.parametrize("bit", [Admin.INHERITED_MAINTENANCE, Admin.UNRESOLVED_MAINTENANCE, Admin.INHERITED_DRAIN])
def test_what_no_operator_has_set_no_operators_ready_takes_away(bit: Admin) -> None:
    seen = with_admin(BEGINNING, "quotes", "app1", bit)
    with pytest.raises(Refused, match="lb1: quotes/app1 is kept out by something else"):
        decide([seen], wanted("online"))


@pytest.mark.parametrize("bit", [Admin.CONFIGURED_MAINTENANCE, Admin.ADDRESS_CHANGED])
def test_marks_that_keep_nothing_out_are_no_reason_to_move(bit: Admin) -> None:
    assert decide([with_admin(BEGINNING, "quotes", "app1", bit)], wanted("online")) == []


def test_an_unknown_server_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(NotFound, match="no server web1 in pool quotes. It has: app1, app2, app3, plain, spare"):
        check_names([recorded_snapshot(BEGINNING)], wanted("online", "web1"))


def test_placements_are_read_from_both_pools() -> None:
    seen = recorded_snapshot(MIDDLE)
    found = {
        name: placement_of(seen.find("quotes", name), seen.find("quotes_maintenance", name))
        for name in ("app1", "app2", "app3", "spare", "nobody")
    }
    assert found == {"app1": "maintenance", "app2": "mixed", "app3": "online", "spare": "online", "nobody": "offline"}


def test_every_endpoint_is_decided_by_itself() -> None:
    lb2 = replace(recorded_snapshot(MIDDLE), endpoint="lb2")
    found = decide([recorded_snapshot(BEGINNING), lb2], wanted("maintenance"))
    assert {move.key for move in found} == {
        ServerKey("lb1", "quotes", "app1"),
        ServerKey("lb1", "quotes_maintenance", "app1"),
    }


def test_a_member_that_takes_itself_out_is_neither_in_nor_out_and_nobody_moves_it() -> None:
    seen = recorded_snapshot(BEGINNING)
    leaving = replace(seen.pools["quotes"]["app1"], operation=Operation.STOPPING, status="NOLB")
    assert placement_of(leaving, seen.pools["quotes_maintenance"]["app1"]) == "mixed"
    seen = replace(seen, pools={**seen.pools, "quotes": {**seen.pools["quotes"], "app1": leaving}})
    assert decide([seen], wanted("online")) == []
    drained = replace(leaving, admin=Admin.FORCED_MAINTENANCE)
    assert placement_of(drained, seen.pools["quotes_maintenance"]["app1"]) == "offline"
