# SPDX-License-Identifier: GPL-3.0-or-later
"""A claim waits for a window, as long as it moves."""

from __future__ import annotations

import os

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import Refused
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger import claims
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.limits import Limits
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.owner import Owner
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.runs import NewRun, PlannedMember, open_run
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.waiting import claim_within

HERE = Owner.of_process(os.getpid())


def run_with_a_window_of_one(ledger: Ledger) -> str:
    members = [PlannedMember(name, 1, "1.0") for name in ("app1", "app2", "app3")]
    new = NewRun("quotes", "1.1", "d" * 64, "http://store/q", members, {}, "hash", 0, Limits(window=1))
    run = open_run(ledger, new, HERE).id
    claims.claim(ledger, run, "app1")
    return run


def test_the_next_one_starts_when_one_is_back(ledger: Ledger) -> None:
    run = run_with_a_window_of_one(ledger)
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            claims.finish(ledger, run, "app1", "done", None)

    assert claim_within(ledger, run, "app2", 60, Clock(lambda: sum(slept), sleep)) == 1
    assert len(slept) == 3


def test_nobody_waits_longer_than_nothing_moves_and_the_refusal_says_who_is_in_the_way(ledger: Ledger) -> None:
    run = run_with_a_window_of_one(ledger)
    slept = [0.0]
    with pytest.raises(
        claims.MustWait, match=r"1 of at most 1 members of this run are at work: app1 .*Nothing moved for 60 s"
    ):
        claim_within(ledger, run, "app2", 60, Clock(lambda: sum(slept), slept.append))
    refused = [event for event in ledger.events(run) if event["kind"] == "claim_refused"]
    assert len(refused) == 1


def test_the_time_begins_anew_when_somebody_else_is_in_the_way(ledger: Ledger) -> None:
    run = run_with_a_window_of_one(ledger)
    slept = [0.0]

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if 50 <= sum(slept) < 50 + seconds:
            claims.finish(ledger, run, "app1", "done", None)
            claims.claim(ledger, run, "app3")

    with pytest.raises(claims.MustWait, match="are at work: app3 .*Nothing moved for 60 s"):
        claim_within(ledger, run, "app2", 60, Clock(lambda: sum(slept), sleep))
    assert sum(slept) > 105


def test_what_will_never_be_given_is_refused_at_once(ledger: Ledger) -> None:
    run = run_with_a_window_of_one(ledger)
    claims.finish(ledger, run, "app1", "rolled_back", "sick")
    with pytest.raises(Refused, match="budget of 0 is spent"):
        claim_within(ledger, run, "app2", 60, Clock(lambda: 0.0, lambda _seconds: pytest.fail("waited")))
