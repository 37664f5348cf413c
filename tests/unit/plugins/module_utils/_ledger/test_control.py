# SPDX-License-Identifier: GPL-3.0-or-later
"""Stories of people who pause, resume, abort a run, or break its lock."""

from __future__ import annotations

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import Refused
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger import claims, runs
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.control import control, state_of
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.lease import Fenced
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.owner import Owner
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._ledger._quotes import (
    ELSEWHERE,
    kinds,
    outcomes,
    start,
)

ANNA = Owner("desk", 7, "7", "anna")


def state(ledger: Ledger, run: str) -> str:
    return state_of(runs.read_run(ledger, run))


def test_a_paused_run_lets_nobody_start_and_goes_on_when_it_is_resumed(ledger: Ledger) -> None:
    run = start(ledger, "app1 app2")
    claims.claim(ledger, run, "app1")
    assert control(ledger, run, "paused", "we look first", ANNA)
    assert not control(ledger, run, "paused", "again", ANNA)
    with pytest.raises(claims.Paused, match="app2 does not start yet: .* is paused by anna@desk: we look first"):
        claims.claim(ledger, run, "app2")
    claims.finish(ledger, run, "app1", "done", None)
    assert state(ledger, run) == "paused"
    assert control(ledger, run, "open", "all is well", ANNA)
    assert claims.claim(ledger, run, "app2") == 1
    told = [event["detail"] for event in ledger.events(run) if event["kind"] in ("run_paused", "run_resumed")]
    assert told == [
        {"by": "anna@desk", "reason": "we look first", "before": "open"},
        {"by": "anna@desk", "reason": "all is well", "before": "paused"},
    ]


def test_a_new_start_does_not_end_a_pause(ledger: Ledger) -> None:
    run = start(ledger, "app1", owner=ELSEWHERE, lease_seconds=0)
    control(ledger, run, "paused", "night", ANNA)
    with pytest.raises(Refused, match="paused by anna@desk: night.*rollout_control"):
        start(ledger, "app1")
    assert state(ledger, start(ledger, "app1", take_over=run)) == "open"


def test_an_aborted_run_lets_those_at_work_finish_and_is_closed_then(ledger: Ledger) -> None:
    run = start(ledger, "app1 app2")
    claims.claim(ledger, run, "app1")
    control(ledger, run, "aborted", "wrong version", ANNA)
    with pytest.raises(Refused, match="app2 does not start: aborted by anna@desk: wrong version"):
        claims.claim(ledger, run, "app2")
    with pytest.raises(Refused, match="that is final"):
        control(ledger, run, "open", "no, go on", ANNA)
    assert runs.read_run(ledger, run)["state"] == "open"
    claims.finish(ledger, run, "app1", "done", None)
    assert (runs.read_run(ledger, run)["state"], state(ledger, run)) == ("stopped", "aborted")
    assert outcomes(ledger, run) == {"app1": "done", "app2": "not_reached"}
    assert not control(ledger, run, "aborted", "again", ANNA)
    start(ledger, "app2")


def test_an_abort_closes_a_run_that_has_nobody_at_work(ledger: Ledger) -> None:
    run = start(ledger, "app1")
    control(ledger, run, "aborted", "wrong version", ANNA)
    assert kinds(ledger, run) == ["run_opened", "run_aborted", "run_closed"]


def test_a_broken_lock_frees_the_service_and_fences_its_controller(ledger: Ledger) -> None:
    run = start(ledger, "app1")
    claims.claim(ledger, run, "app1")
    control(ledger, run, "abandoned", "ci7 burned down", ANNA)
    with pytest.raises(Fenced, match="its lock was broken by anna@desk: ci7 burned down"):
        claims.finish(ledger, run, "app1", "done", None)
    assert kinds(ledger, run)[-2:] == ["lock_broken", "run_closed"]
    start(ledger, "app1")


def test_a_run_that_is_closed_cannot_be_decided_about(ledger: Ledger) -> None:
    run = start(ledger)
    with pytest.raises(Refused, match="is done and closed; it cannot be paused any more"):
        control(ledger, run, "paused", "late", ANNA)
