# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a member is out of rotation, and what it is to come back with."""

from __future__ import annotations

from typing import Optional

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.looking_back import LastClaim
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.estate import Member
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.stranded import find


def member(placement: str = "maintenance", version: Optional[str] = "1.1", serving: bool = False) -> Member:
    return Member("app1", "app1", None, version, placement, {"lb1": serving, "lb2": serving})


def left(outcome: Optional[str] = None, before: Optional[str] = "1.0", reason: Optional[str] = None) -> LastClaim:
    return LastClaim("quotes-1.1-5d0c7b1e", "1.1", before, outcome, reason)


def test_a_member_that_serves_everywhere_is_fine_whatever_the_ledger_says() -> None:
    assert find(member("online", serving=True), left()).fine
    assert not find(member("online", serving=False), None).fine


def test_a_member_that_is_down_is_not_brought_back_because_it_is_in() -> None:
    finding = find(member("online"), left())
    assert finding.version is None
    assert "look at its health check" in finding.why


@pytest.mark.parametrize(
    ("runs", "comes_back_with", "fallback"),
    [("1.1", "1.1", "1.0"), ("1.0", "1.0", None), (None, "1.0", None), ("0.7", "1.0", None)],
)
@pytest.mark.parametrize("outcome", [None, "out", "unreachable"])
@pytest.mark.parametrize("placement", ["maintenance", "offline", "mixed"])
def test_a_member_that_a_run_left_behind_comes_back(
    placement: str, outcome: Optional[str], runs: Optional[str], comes_back_with: str, fallback: Optional[str]
) -> None:
    finding = find(member(placement, runs), left(outcome))
    assert (finding.version, finding.fallback, finding.fine) == (comes_back_with, fallback, False)


@pytest.mark.parametrize("outcome", ["done", "rolled_back", "not_reached"])
def test_what_no_run_left_behind_is_somebody_elses(outcome: str) -> None:
    for last in (None, left(outcome)):
        finding = find(member(), last)
        assert finding.version is None
        assert "somebody else took it out" in finding.why


def test_what_nobody_knows_a_version_for_is_left_alone() -> None:
    finding = find(member(version=None), left(before=None))
    assert finding.version is None
    assert "the ledger does not know what it ran before" in finding.why


def test_the_reason_of_then_is_told() -> None:
    assert "left it out (its disk is full)" in find(member(), left("out", reason="its disk is full")).why
    assert "began with it and did not finish" in find(member(), left()).why


def test_a_member_that_could_not_be_brought_back_is_tried_again_with_the_same_version() -> None:
    last = LastClaim("quotes-reconcile-5d0c7b1e", "1.0", None, "unreachable", None, brought_back=True)
    for runs in ("1.1", None):
        finding = find(member(version=runs), last)
        assert (finding.version, finding.fallback) == ("1.0", None)
        assert "1.0 is put back" in finding.why
