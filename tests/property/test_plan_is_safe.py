# SPDX-License-Identifier: GPL-3.0-or-later
"""For any fleet, in both modes: nobody is lost or planned twice, no moment is below a floor or beyond a limit, and after any crash the same
command goes on until everybody is done."""

from __future__ import annotations

from random import Random

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.modes import MODES
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.plan import Wish
from ansible_collections.hybrid.rollout.tests.property._estates import examples
from ansible_collections.hybrid.rollout.tests.property._fleets import (
    ENDPOINTS,
    FURTHER,
    NEW,
    OLD,
    OWN,
    Fleet,
    Play,
    fleets,
    most,
)
from hypothesis import assume, event, given
from hypothesis import strategies as st

SIZES = st.sampled_from(["1", "1", "2", "3", "5", "10%", "34%", "50%", "100%"])
FLOORS = st.sampled_from(["0", "0", "1", "2", "5", "10%", "34%", "50%", "75%"])
LIMITS = st.sampled_from([None, None, "1", "2", "34%", "50%"])
WISHES = st.builds(
    Wish,
    service=st.just("quotes"),
    version=st.just(NEW),
    canary=st.sampled_from([0, 1, 1, 2, 3]),
    batch=st.lists(SIZES, min_size=1, max_size=3),
    min_active=FLOORS,
    max_out_per_zone=LIMITS,
    max_out_per_pool=LIMITS,
    mode=st.sampled_from(MODES),
)
SEEDS = st.integers(0, 2**32)


@examples(100)
@given(fleets(), WISHES)
def test_everybody_is_planned_once_or_done_or_skipped_or_limited_away(fleet: Fleet, wish: Wish) -> None:
    try:
        plan = fleet.plan(wish)
    except BadInput:
        return
    planned = [member["name"] for batch in plan["batches"] for member in batch["members"]]
    skipped = [member["name"] for member in plan["skipped_offline"]]
    assert sorted([*planned, *plan["done_already"], *skipped, *plan["left_out_by_limit"]]) == sorted(fleet.zone)
    assert (set(skipped), set(plan["left_out_by_limit"])) == (fleet.skipped, fleet.limited)
    assert all(fleet.is_done(name) for name in plan["done_already"])
    assert not any(fleet.is_done(name) for name in planned)


@examples(200)
@given(fleets(), WISHES, SEEDS)
def test_no_moment_of_a_rollout_is_below_a_floor_or_beyond_a_limit(fleet: Fleet, wish: Wish, seed: int) -> None:
    try:
        plan = fleet.plan(wish)
    except BadInput:
        return
    event(f"{wish.mode}, {min(len(plan['batches']), 3)} batches or more")
    for _step in Play(fleet, plan, wish, Random(seed)).steps():
        pass
    assert all(fleet.is_done(name) for name in fleet.zone if name not in fleet.skipped | fleet.limited)


@examples(100)
@given(fleets(), WISHES)
def test_a_plan_is_refused_only_for_a_size_or_a_floor_that_really_cannot_be(fleet: Fleet, wish: Wish) -> None:
    whole = fleet.size(OWN)
    widest = max(max(1, most(share, whole)) for share in wish.batch)
    refused = ""
    try:
        fleet.plan(wish)
    except BadInput as error:
        refused = str(error)
    if max(wish.canary, widest) > whole:
        assert "larger than the online pool" in refused
    elif refused:
        assert "floor cannot be met" in refused
        assert any(_may_be_too_few(fleet, wish, max(wish.canary, widest), pool) for pool in (OWN, *FURTHER))


def _may_be_too_few(fleet: Fleet, wish: Wish, widest: int, pool: str) -> bool:
    """Whether taking the ``widest`` batch, or anybody at all, out of what serves now could go below the pool's floor."""
    floor = most(wish.min_active, fleet.size(pool), up=True)
    return any(fleet.serving((endpoint, pool)) - widest < floor for endpoint in ENDPOINTS)


@examples(100)
@given(fleets(whole=True), WISHES, SEEDS)
def test_after_any_crash_the_same_command_goes_on_until_all_are_done(fleet: Fleet, wish: Wish, seed: int) -> None:
    chance = Random(seed)
    whole = fleet.size(OWN)
    widest = max(wish.canary, *(max(1, most(share, whole)) for share in wish.batch))
    assume(widest <= whole and whole - widest >= most(wish.min_active, whole, up=True))
    try:
        fleet.plan(wish)
    except BadInput:
        assume(False)  # a further pool's floor; what is refused from the start is no crash
    todo = len(fleet.zone) - len(fleet.limited)
    for crash in range(chance.randint(1, 4), -1, -1):
        play = Play(fleet, fleet.plan(wish), wish, chance)
        steps = play.steps()
        for _number in range(chance.randint(0, 2 * todo) if crash else 10 * todo):
            next(steps, None)
        for name in play.out:
            _die_half_way(fleet, name, chance)
    assert all(fleet.is_done(name) for name in fleet.zone if name not in fleet.limited)


def _die_half_way(fleet: Fleet, name: str, chance: Random) -> None:
    """The controller is killed while the member leaves, while it is out, or while it comes back."""
    fleet.version[name] = chance.choice([OLD, NEW, None])
    there = chance.choice([(), (), ENDPOINTS[:1], ENDPOINTS[1:]])
    fleet.placement[name] = "mixed" if there else chance.choice(["maintenance", "offline"])
    for (endpoint, pool), up in fleet.up.items():
        if endpoint in there and pool in fleet.pools_of(name):
            up.add(name)


@examples(100)
@given(fleets(), WISHES)
def test_the_most_urgent_are_the_canaries(fleet: Fleet, wish: Wish) -> None:
    try:
        plan = fleet.plan(wish)
    except BadInput:
        return
    assert [batch["canary"] for batch in plan["batches"]].count(True) == bool(wish.canary and plan["batches"])
    if wish.canary and plan["batches"]:
        first = plan["batches"][0]["members"]
        out = [name for name, placement in fleet.placement.items() if placement == "maintenance"]
        waiting = set(out) - fleet.skipped - fleet.limited
        assert 1 <= len(first) <= wish.canary
        assert not waiting or first[0]["placement"] != "online"
