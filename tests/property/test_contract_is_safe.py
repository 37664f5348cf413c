# SPDX-License-Identifier: GPL-3.0-or-later
"""For any fleet and any past: a contract never runs while somebody may need the old shape, and always runs once nobody does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ansible_collections.hybrid.rollout.tests.property._contract_fleets import (
    FAULTS,
    NOW,
    NUMBERS,
    RELEASE,
    Fleet,
    Truth,
    fleets,
    members,
)
from ansible_collections.hybrid.rollout.tests.property._estates import examples
from hypothesis import assume, event, given
from hypothesis import strategies as st


def told_the_truth(fleet: Fleet) -> bool:
    """Words have no order but the user's or the ledger's, and the ledger may have met an old release late."""
    if fleet.said or fleet.versions == NUMBERS:
        return True
    met = list(dict.fromkeys(version for group in fleet.past().releases() for version in group))
    return met == [version for version in fleet.versions if version in met]


@examples(250)
@given(fleets())
def test_a_contract_never_runs_while_anybody_in_any_pool_is_unknown_or_older_or_the_window_is_open(
    fleet: Fleet,
) -> None:
    assume(told_the_truth(fleet))
    opens = not fleet.ask().reasons
    event(f"opens: {opens}")
    if opens:
        assert fleet.members
        assert all(member.is_fine for member in fleet.members if member.is_heard_of)
        assert fleet.left_the_window
        assert not fleet.lost_endpoint


@examples(120)
@given(fleets(fine=True))
def test_a_contract_runs_once_everybody_says_the_release_and_the_window_is_over(fleet: Fleet) -> None:
    reasons = fleet.ask().reasons
    event(f"window is over: {fleet.left_the_window}")
    assert (reasons == []) is fleet.left_the_window, reasons
    assert replace(fleet, window=0.0).ask().reasons == []


@examples(100)
@given(fleets(fine=True), st.sampled_from(FAULTS))
def test_one_fault_of_one_member_is_enough_to_hold_it(fleet: Fleet, fault: dict[str, Any]) -> None:
    ill = replace(fleet.members[0], **fault)
    assert replace(fleet, window=0.0, members=(ill, *fleet.members[1:])).ask().reasons
    assert not ill.is_fine


@examples(100)
@given(fleets(), members("another", False), st.booleans())
def test_one_more_member_never_opens_a_gate_that_is_shut(fleet: Fleet, another: Truth, first: bool) -> None:
    assume(fleet.members)
    shut = {reason.words for reason in fleet.ask().reasons}
    more = (another, *fleet.members) if first else (*fleet.members, another)
    still = {reason.words for reason in replace(fleet, members=more).ask().reasons}
    assert any(member.is_heard_of for member in fleet.members) is False or shut <= still


@examples(100)
@given(fleets(fine=True), st.integers(0, RELEASE - 1))
def test_one_old_run_that_ended_just_now_shuts_a_gate_that_was_open(fleet: Fleet, old: int) -> None:
    assume(fleet.window > 0)
    late = (*fleet.steps, (old, fleet.steps[-1][1], NOW - fleet.window / 2, False))
    assert replace(fleet, steps=late).ask().reasons
