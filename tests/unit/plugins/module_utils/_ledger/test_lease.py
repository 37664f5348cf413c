# SPDX-License-Identifier: GPL-3.0-or-later
"""Stories of the lease: whose a run is, and who writes nothing any more."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import Refused
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger import claims, runs, steps
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.lease import Fenced
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._ledger._quotes import (
    ELSEWHERE,
    Wall,
    kinds,
    start,
)


def step(ledger: Ledger, run: str, **more: Any) -> None:
    steps.write_step(ledger, run, "step_began", member="app1", step="leave_pool", detail={}, **more)


def test_a_controller_elsewhere_that_was_silent_for_longer_than_its_lease_makes_way(ledger: Ledger, wall: Wall) -> None:
    first = start(ledger, "app1", owner=ELSEWHERE, lease_seconds=60)
    wall.seconds += 60
    with pytest.raises(Refused, match=r"open since 60 s, .*last heard of 60 s ago.*its lease ends 60 s after"):
        start(ledger, "app1")
    wall.seconds += 1
    start(ledger, "app1")
    assert runs.read_run(ledger, first)["stop_reason"].startswith("its lease of 60 s ended without a word of ci@other")


@pytest.mark.parametrize("sign", ["a claim", "a step", "an end"])
def test_everything_that_is_written_renews_the_lease(ledger: Ledger, wall: Wall, sign: str) -> None:
    run = start(ledger, "app1 app2", owner=ELSEWHERE, lease_seconds=60)
    claims.claim(ledger, run, "app1")
    wall.seconds += 50
    if sign == "a claim":
        claims.claim(ledger, run, "app2")
    elif sign == "a step":
        step(ledger, run)
    else:
        claims.finish(ledger, run, "app1", "done", None)
    wall.seconds += 50
    with pytest.raises(Refused, match="last heard of 50 s ago"):
        start(ledger, "app1")


def test_a_controller_on_this_host_keeps_its_run_however_long_it_is_silent(ledger: Ledger, wall: Wall) -> None:
    start(ledger, "app1", lease_seconds=60)
    wall.seconds += 10_000
    with pytest.raises(Refused, match="wait for it to end"):
        start(ledger, "app1")


def test_a_controller_whose_run_was_taken_over_writes_nothing_any_more(ledger: Ledger) -> None:
    run = start(ledger, "app1 app2", owner=ELSEWHERE)
    claims.claim(ledger, run, "app1")
    start(ledger, "app1 app2", take_over=run)
    before = kinds(ledger, run)
    with pytest.raises(Fenced, match="abandoned since 1970-.* taken over by"):
        claims.claim(ledger, run, "app2")
    with pytest.raises(Fenced):
        claims.finish(ledger, run, "app1", "done", None)
    with pytest.raises(Fenced):
        step(ledger, run)
    assert kinds(ledger, run) == before


def test_a_token_grows_with_each_run_and_a_wrong_one_is_refused(ledger: Ledger) -> None:
    first = start(ledger, "app1")
    claims.claim(ledger, first, "app1", 1)
    claims.finish(ledger, first, "app1", "done", None, token=1)
    second = start(ledger, "app1")
    assert runs.read_run(ledger, second)["token"] == 2
    with pytest.raises(Fenced, match="has the token 2, and this controller came with 1"):
        claims.claim(ledger, second, "app1", 1)
    with pytest.raises(Fenced):
        step(ledger, second, token=1)
    assert kinds(ledger, second) == ["run_opened"]
    step(ledger, second, token=2)
