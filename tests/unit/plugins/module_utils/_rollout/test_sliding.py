# SPDX-License-Identifier: GPL-3.0-or-later
"""A window that slides: one batch after the canary, checked against the worst moment that it can have."""

from __future__ import annotations

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.approval import hash_of
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.words import in_words
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._rollout._planned import (
    FOUR,
    lowest,
    member,
    names,
    plan,
)

SIX = [member(f"app{number}") for number in range(1, 7)]


def test_the_canary_goes_alone_and_everybody_else_is_one_batch() -> None:
    made = plan(*SIX, batch="2", mode="sliding")
    assert names(made) == ["app1", "app2 app3 app4 app5 app6"]
    assert [batch["canary"] for batch in made["batches"]] == [True, False]
    assert (made["mode"], made["window"]) == ("sliding", 2)


def test_without_a_canary_there_is_one_batch_and_with_nothing_to_do_none() -> None:
    assert names(plan(*FOUR, canary=0, batch="2", mode="sliding")) == ["app1 app2 app3 app4"]
    assert names(plan(member("app1", "1.1"), mode="sliding")) == []
    assert names(plan(member("app1"), min_active="0", mode="sliding")) == ["app1"]


def test_the_last_size_of_a_list_is_the_window() -> None:
    assert plan(*SIX, batch=["1", "50%"], mode="sliding")["window"] == 3


def test_the_lowest_capacity_is_what_serves_less_the_window_and_not_less_the_batch() -> None:
    assert lowest(plan(*SIX, batch="2", mode="sliding")) == [5, 4]
    assert lowest(plan(*SIX, canary=0, batch="2", mode="sliding")) == [4]


def test_members_that_do_not_serve_take_nothing_away_in_a_window_either() -> None:
    sick = [member(f"app{number}", serving=False) for number in (1, 2, 3)]
    assert lowest(plan(*sick, *SIX[3:5], canary=0, batch="3", mode="sliding")) == [2, 3]


def test_a_window_that_could_go_below_the_floor_is_refused_with_the_numbers() -> None:
    words = r"6 of 6 members serving, a window of 4 over the 6 members of batch 1 would leave 2, .*means 3.*use a window of at most 3"
    with pytest.raises(BadInput, match=words):
        plan(*SIX, canary=0, batch="4", mode="sliding")
    assert plan(*SIX, canary=0, batch="3", mode="sliding")["window"] == 3


def test_a_small_pool_counts_its_worst_moment_unless_it_has_a_limit_of_its_own() -> None:
    members = [member(f"app{n}", pools=["api"] if n in (2, 3) else []) for n in range(1, 7)]
    with pytest.raises(BadInput, match="pool api has 2 of 2 members serving, a window of 2"):
        plan(*members, batch="2", mode="sliding")
    made = plan(*members, batch="2", mode="sliding", max_out_per_pool="50%")
    assert lowest(made, "api") == [2, 1]


def test_the_order_mixes_the_zones_so_that_a_limit_rarely_holds_anybody_up() -> None:
    members = [member(f"{zone}{number}", zone=zone) for zone in "ab" for number in range(1, 4)]
    made = plan(*members, canary=0, batch="2", mode="sliding", max_out_per_zone="1")
    assert names(made) == ["a1 b1 a2 b2 a3 b3"]


def test_urgent_members_lead_and_then_those_that_take_longest() -> None:
    members = [
        member("quick", seconds=20),
        member("slow", seconds=600),
        member("slower", seconds=1200),
        member("out", placement="offline", serving=False, seconds=20),
    ]
    assert names(plan(*members, canary=0, batch="2", min_active="0", mode="sliding")) == ["out", "slower slow quick"]


def test_after_a_crash_those_left_out_come_back_before_the_window_goes_on() -> None:
    """Seven members, five must serve, two are left out: a window of two over all seven could leave three."""
    left = [member(f"app{number}", placement="maintenance", serving=False) for number in (1, 2)]
    rest = [member(f"app{number}") for number in range(3, 8)]
    made = plan(*left, *rest, canary=0, batch="2", min_active="5", mode="sliding")
    assert names(made) == ["app1 app2", "app3 app4 app5 app6 app7"]
    assert lowest(made) == [5, 5]


def test_a_first_rollout_to_servers_that_serve_nobody_has_its_canary_too() -> None:
    new = [member(f"app{number}", None, "offline", False) for number in range(1, 5)]
    assert names(plan(*new, batch="2", mode="sliding")) == ["app1", "app2 app3 app4"]


def test_a_window_needs_the_work_by_its_width_or_as_long_as_its_slowest() -> None:
    even = [member(f"app{n}", seconds=60) for n in range(1, 6)]
    assert plan(*even, batch="2", mode="sliding")["expected"] == {"seconds": 180, "sliding_seconds": 180}
    uneven = [member("app1", seconds=60), member("app2", seconds=600), member("app3", seconds=60)]
    assert plan(*uneven, canary=0, batch="2", min_active="0", mode="sliding")["expected"]["seconds"] == 600


def test_the_mode_is_part_of_what_is_approved() -> None:
    assert hash_of(plan(*FOUR[:2])) != hash_of(plan(*FOUR[:2], mode="sliding"))


def test_a_sliding_plan_reads_as_sentences() -> None:
    assert in_words(
        plan(*(member(f"app{n}", seconds=60) for n in (1, 2, 3)), min_active="1", batch="2", mode="sliding")
    ) == [
        "quotes to version 1.1",
        "  lb1: pool quotes, 3 of 3 serving, floor 1",
        "  lb2: pool quotes, 3 of 3 serving, floor 1",
        "  sliding window: at most 2 out at once",
        "  canary 1: app1 (1.0, online); still serving: 2 on lb1, 2 on lb2; about 60 s",
        "  batch 2: app2 (1.0, online), app3 (1.0, online); still serving: 1 on lb1, 1 on lb2; about 60 s",
        "  at least 2 min in all",
    ]
