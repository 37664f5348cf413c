# SPDX-License-Identifier: GPL-3.0-or-later
"""Shares of a zone and of a pool, and members that serve several pools."""

from __future__ import annotations

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.estate import LeftOut
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._rollout._planned import (
    FOUR,
    lowest,
    member,
    names,
    plan,
)

TWO_ZONES = [member(f"{zone}{number}", zone=zone) for zone in "ab" for number in range(1, 5)]


def zones_of(made_names: list[str]) -> list[str]:
    return ["".join(sorted(name[0] for name in batch.split())) for batch in made_names]


def test_a_batch_mixes_the_zones_when_each_may_lose_only_a_share() -> None:
    made = plan(*TWO_ZONES, canary=0, batch="4", max_out_per_zone="50%")
    assert zones_of(names(made)) == ["aabb", "aabb"]
    assert made["limits"]["zones"] == {"a": 2, "b": 2}


def test_without_a_limit_the_inventory_order_may_take_a_zone_as_a_whole() -> None:
    assert zones_of(names(plan(*TWO_ZONES, canary=0, batch="4"))) == ["aaaa", "bbbb"]


def test_a_large_zone_is_not_left_over_to_be_replaced_alone_at_the_end() -> None:
    """The inventory's order would make six batches: c and b together, and then a alone, four times."""
    large_last = [member(name, zone=name[0]) for name in ["c1", "c2", "b1", "b2", "a1", "a2", "a3", "a4"]]
    made = plan(*large_last, canary=0, batch="2", min_active="1", max_out_per_zone="1")
    assert zones_of(names(made)) == ["ac", "ab", "ac", "ab"]


def test_skipped_and_limited_members_count_as_part_of_their_zone() -> None:
    away = [LeftOut("a3", "a", "offline"), LeftOut("a4", "a")]
    made = plan(*TWO_ZONES[:2], skipped=away[:1], limited_away=away[1:], max_out_per_zone="50%", min_active="0")
    assert made["limits"]["zones"] == {"a": 2}


def test_a_percentage_of_the_play_would_take_a_small_pool_as_a_whole_and_ours_does_not() -> None:
    """T18: serial of 25 % of eight is two, which may be all that the pool api has."""
    members = [member(f"app{n}", pools=["api"] if n in (1, 2) else []) for n in range(1, 9)]
    made = plan(*members, canary=0, batch="25%", max_out_per_pool="50%")
    assert made["limits"]["pools"] == {"api": 1, "quotes": 4}
    assert not any({"app1", "app2"} <= set(batch.split()) for batch in names(made))
    assert min(lowest(made, "api")) == 1


def test_the_floor_of_a_further_pool_splits_a_batch_that_the_own_pool_would_allow() -> None:
    members = [member(f"app{n}", pools=["api"] if n in (1, 2) else []) for n in range(1, 5)]
    made = plan(*members, canary=0, batch="2")
    assert not any({"app1", "app2"} <= set(batch.split()) for batch in names(made))
    assert {pool["floor"] for pool in made["further_pools"]} == {1}


def test_who_comes_back_to_a_further_pool_makes_room_in_the_next_batch() -> None:
    """The pool api must keep two of its three, and one of them is out: nobody else of api may leave before it is back."""
    out = member("app1", placement="offline", serving=False, pools=["api"])
    in_api = [member(name, pools=["api"]) for name in ("app2", "app3")]
    made = plan(out, *in_api, member("app4"), member("app5"), canary=0, batch="2", min_active="2")
    assert names(made) == ["app1 app4", "app2 app5", "app3"]


def test_servers_of_other_services_help_a_shared_pool_to_keep_its_floor() -> None:
    members = [member(f"app{n}", pools=["api"]) for n in range(1, 5)]
    made = plan(*members, canary=0, batch="2", min_active="2", strangers={"api": 3})
    assert lowest(made, "api") == [5, 5]
    assert lowest(made) == [2, 2]


def test_a_further_pool_that_can_spare_nobody_is_refused_by_its_name() -> None:
    with pytest.raises(BadInput, match="pool api has 1 of 1 members serving.*bring more members online first"):
        plan(member("app1", pools=["api"]), *FOUR[1:])


def test_members_in_several_pools_are_named_with_each() -> None:
    made = plan(member("app1", pools=["api", "intranet"]), *FOUR[1:], strangers={"api": 2, "intranet": 2})
    assert made["batches"][0]["members"][0]["pools"] == ["quotes", "api", "intranet"]


def test_urgent_members_go_first_even_where_their_zone_makes_batches_small() -> None:
    out = [member(f"a{n}", placement="offline", serving=False, zone="a") for n in (1, 2)]
    made = plan(*TWO_ZONES[4:], *out, canary=0, batch="2", min_active="1", max_out_per_zone="1")
    assert [batch.split()[0] for batch in names(made)][:2] == ["a1", "a2"]


def test_canaries_keep_the_limits_too() -> None:
    assert zones_of(names(plan(*TWO_ZONES, canary=2, max_out_per_zone="1")))[0] == "ab"


@pytest.mark.parametrize("share", ["0", "0%"])
def test_a_limit_of_nobody_is_refused(share: str) -> None:
    with pytest.raises(BadInput, match="rollout_max_out_per_zone is 0.*nobody could ever be replaced"):
        plan(*TWO_ZONES, max_out_per_zone=share)
    with pytest.raises(BadInput, match="rollout_max_out_per_pool is 0"):
        plan(*TWO_ZONES, max_out_per_pool=share)


def test_a_limit_of_zones_asks_for_the_zone_of_everybody() -> None:
    with pytest.raises(BadInput, match="app1, app2 have no rollout_zone: set it for each host"):
        plan(*FOUR[:2], max_out_per_zone="1")
