# SPDX-License-Identifier: GPL-3.0-or-later
"""For any estate: every member that is not done is in exactly one batch, and no batch goes below the floor."""

from __future__ import annotations

from random import Random

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.batches import is_done
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.estate import Member, OnlinePool
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.plan import Wish, make_plan
from hypothesis import assume, given
from hypothesis import strategies as st

ENDPOINTS = ("lb1", "lb2")
SHARES = st.one_of(st.integers(0, 12).map(str), st.integers(0, 100).map(lambda percent: f"{percent}%"))


@st.composite
def estates(draw: st.DrawFn) -> list[Member]:
    return [
        Member(
            name=f"app{number}",
            server=f"app{number}",
            zone=None,
            version=draw(st.sampled_from(["1.0", "1.1", None])),
            placement=draw(st.sampled_from(["online", "online", "maintenance", "offline", "mixed"])),
            serving={endpoint: draw(st.booleans()) for endpoint in ENDPOINTS},
        )
        for number in range(draw(st.integers(1, 12)))
    ]


@given(estates(), st.integers(0, 12), SHARES, SHARES)
def test_every_member_once_and_never_below_the_floor(
    members: list[Member], canary: int, batch: str, min_active: str
) -> None:
    pools = [
        OnlinePool(name, "quotes", len(members), sum(member.serving[name] for member in members)) for name in ENDPOINTS
    ]
    try:
        plan = make_plan(Wish("quotes", "1.1", canary, batch, min_active), members, pools)
    except BadInput:
        return
    serving = {member.name: member.serving for member in members}
    planned = [found["name"] for part in plan["batches"] for found in part["members"]]
    assert sorted(planned) == sorted(member.name for member in members if not is_done(member, "1.1"))
    assert sorted(planned + plan["done_already"]) == sorted(serving)
    for pool in pools:
        up = {name for name, where in serving.items() if where[pool.endpoint]}
        for part in plan["batches"]:
            away = {found["name"] for found in part["members"]}
            while_out = up - away
            assert len(while_out) >= plan["floor"][pool.endpoint] or not up & away
            assert part["lowest_serving"][pool.endpoint] == len(while_out)
            up |= away


@given(estates(), st.integers(1, 12))
def test_the_canary_comes_before_anybody_else(members: list[Member], canary: int) -> None:
    pools = [OnlinePool("lb1", "quotes", len(members), sum(member.serving["lb1"] for member in members))]
    assume(canary <= len(members))
    plan = make_plan(Wish("quotes", "1.1", canary, "1", "0"), members, pools)
    sizes = [len(part["members"]) for part in plan["batches"]]
    assert all(size <= canary for size in sizes[:1])
    assert all(size == 1 for size in sizes[1:])


@given(estates(), st.integers(0, 4), st.integers(1, 6).map(str), SHARES, st.randoms(use_true_random=False))
def test_a_window_that_slides_in_any_way_never_goes_below_what_the_plan_says(
    members: list[Member], canary: int, window: str, min_active: str, dice: Random
) -> None:
    pools = [
        OnlinePool(name, "quotes", len(members), sum(member.serving[name] for member in members)) for name in ENDPOINTS
    ]
    try:
        plan = make_plan(Wish("quotes", "1.1", canary, window, min_active, mode="sliding"), members, pools)
    except BadInput:
        return
    serving = {member.name: dict(member.serving) for member in members}
    for part in plan["batches"]:
        waiting, away = [found["name"] for found in part["members"]], list[str]()
        while waiting or away:
            if waiting and len(away) < plan["window"] and (not away or dice.random() < 0.7):
                away.append(waiting.pop(0))
                serving[away[-1]] = dict.fromkeys(ENDPOINTS, False)
                for name in ENDPOINTS:
                    left = sum(where[name] for where in serving.values())
                    assert left >= part["lowest_serving"][name]
            else:
                serving[away.pop(dice.randrange(len(away)))] = dict.fromkeys(ENDPOINTS, True)
    assert all(all(where.values()) for where in serving.values())
