# SPDX-License-Identifier: GPL-3.0-or-later
"""Stories of the plan: who goes when, and which plans are refused."""

from __future__ import annotations

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.plan import Wish, make_plan
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.words import in_words
from ansible_collections.hybrid.rollout.plugins.module_utils._share import count_of
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._rollout._planned import (
    FOUR,
    lowest,
    member,
    names,
    plan,
)


def test_a_canary_goes_first_and_then_the_batches() -> None:
    assert names(plan(*FOUR, batch="2")) == ["app1", "app2 app3", "app4"]
    assert names(plan(*FOUR, canary=0, batch="50%")) == ["app1 app2", "app3 app4"]


def test_batches_grow_as_listed_and_the_last_repeats() -> None:
    ten = [member(f"app{number:02}") for number in range(1, 11)]
    sizes = [len(batch.split()) for batch in names(plan(*ten, batch=["1", "20%", "40%"]))]
    assert sizes == [1, 1, 2, 4, 2]
    assert [len(batch.split()) for batch in names(plan(*ten, canary=0, batch=["1", "3"]))] == [1, 3, 3, 3]


def test_a_percentage_is_rounded_down_but_never_to_nothing() -> None:
    ten = [member(f"app{number:02}") for number in range(1, 11)]
    assert [len(batch.split()) for batch in names(plan(*ten, canary=0, batch="25%"))] == [2, 2, 2, 2, 2]
    assert len(names(plan(*FOUR, canary=0, batch="10%"))) == 4


def test_members_that_are_done_are_left_alone() -> None:
    made = plan(member("app1", "1.1"), member("app2"))
    assert (names(made), made["done_already"]) == (["app2"], ["app1"])


def test_a_member_with_the_new_version_that_is_not_back_online_is_not_done() -> None:
    assert names(plan(member("app1", "1.1", "maintenance", False), member("app2", "1.1"))) == ["app1"]


def test_members_left_out_of_rotation_come_first_and_then_sick_ones() -> None:
    made = plan(
        member("app1"), member("app2", None, serving=False), member("app3", placement="maintenance", serving=False)
    )
    assert names(made) == ["app3", "app2", "app1"]
    assert lowest(made) == [1, 2, 2]


def test_a_plan_says_how_many_still_serve_in_each_batch() -> None:
    assert lowest(plan(*FOUR, batch="2")) == [3, 2, 3]


def test_a_floor_that_cannot_be_met_is_refused_with_the_numbers() -> None:
    with pytest.raises(
        BadInput,
        match=r"on lb1 pool quotes has 4 of 4 members serving, batch 2 \(app2, app3\) would leave 2.*means 3.*at most 1",
    ):
        plan(*FOUR, batch="2", min_active="3")
    with pytest.raises(BadInput, match="no batch is small enough"):
        plan(*FOUR, min_active="100%")


def test_a_first_rollout_onto_members_that_serve_nobody_needs_no_floor() -> None:
    nobody = [member(f"app{number}", None, serving=False) for number in range(1, 5)]
    assert names(plan(*nobody, canary=0, batch="100%")) == ["app1 app2 app3 app4"]


def test_a_batch_larger_than_the_pool_is_refused() -> None:
    with pytest.raises(BadInput, match="rollout_batch is 5, larger than the online pool, which has 4 servers"):
        plan(*FOUR, batch="5")
    with pytest.raises(BadInput, match="rollout_canary is 5"):
        plan(*FOUR, canary=5)
    with pytest.raises(BadInput, match="rollout_batch is 0"):
        plan(*FOUR, batch="0")
    with pytest.raises(BadInput, match="rollout_batch is empty"):
        plan(*FOUR, batch=[])
    with pytest.raises(BadInput, match="rollout_canary is -1"):
        plan(*FOUR, canary=-1)


def test_a_service_without_an_endpoint_is_refused() -> None:
    with pytest.raises(BadInput, match="quotes has no endpoint"):
        make_plan(Wish("quotes", "1.1", 1, "1", "1"), FOUR, [])


def test_shares_are_counts_or_percentages() -> None:
    assert [count_of(share, 10, what="x", round_up=False) for share in ("3", "25%", " 100% ")] == [3, 2, 10]
    assert count_of("25%", 10, what="x", round_up=True) == 3
    for wrong in ("some", "-1", "1.5", "101%"):
        with pytest.raises(BadInput, match="rollout_batch"):
            count_of(wrong, 10, what="rollout_batch", round_up=False)


def test_a_plan_reads_as_sentences() -> None:
    assert in_words(plan(*FOUR[:2])) == [
        "quotes to version 1.1",
        "  lb1: pool quotes, 2 of 2 serving, floor 1",
        "  lb2: pool quotes, 2 of 2 serving, floor 1",
        "  canary 1: app1 (1.0, online); still serving: 1 on lb1, 1 on lb2",
        "  batch 2: app2 (1.0, online); still serving: 1 on lb1, 1 on lb2",
    ]
    assert in_words(plan(member("app1", "1.1")))[-1] == "  nothing to do"
