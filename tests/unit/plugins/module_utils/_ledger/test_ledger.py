# SPDX-License-Identifier: GPL-3.0-or-later
"""Stories of the ledger: one run per service, a budget that counts what was started and not finished."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import Refused
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger import claims, runs
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.history import version_before
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.owner import Owner
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._ledger._quotes import (
    ELSEWHERE,
    HERE,
    kinds,
    outcomes,
    start,
)


def test_a_run_whose_members_are_all_done_is_done(ledger: Ledger) -> None:
    run = start(ledger, "app1", "app2")
    for member in ("app1", "app2"):
        claims.claim(ledger, run, member)
        claims.finish(ledger, run, member, "done", None)
    assert runs.read_run(ledger, run)["state"] == "done"
    assert kinds(ledger, run) == ["run_opened", "claimed", "finished", "claimed", "finished", "run_closed"]


def test_a_plan_with_nothing_to_do_is_a_run_that_is_done(ledger: Ledger) -> None:
    assert runs.read_run(ledger, start(ledger))["state"] == "done"


@pytest.mark.parametrize("outcome", ["rolled_back", "out", "unreachable"])
def test_after_a_failure_nobody_else_starts_and_the_run_says_why(ledger: Ledger, outcome: str) -> None:
    run = start(ledger, "app1", "app2", "app3")
    claims.claim(ledger, run, "app1")
    claims.finish(ledger, run, "app1", outcome, "it was sick")
    with pytest.raises(Refused, match="app2 does not start.*stopped.*budget of 0 is spent: app1 failed"):
        claims.claim(ledger, run, "app2")
    assert runs.read_run(ledger, run)["state"] == "stopped"
    assert outcomes(ledger, run) == {"app1": outcome, "app2": "not_reached", "app3": "not_reached"}
    assert {claim["state"] for claim in runs.read_run(ledger, run)["claims"]} == {"finished"}


def test_a_member_that_started_and_never_finished_counts_against_the_budget(ledger: Ledger) -> None:
    run = start(ledger, "app1", "app2")
    claims.claim(ledger, run, "app1")
    with pytest.raises(Refused, match="app1 started and not finished"):
        claims.claim(ledger, run, "app2")
    assert "claim_refused" in kinds(ledger, run)


def test_batch_mates_may_start_together(ledger: Ledger) -> None:
    run = start(ledger, "app1 app2", "app3")
    assert [claims.claim(ledger, run, member) for member in ("app1", "app2")] == [1, 1]
    with pytest.raises(Refused):
        claims.claim(ledger, run, "app3")


def test_a_failure_lets_its_batch_mates_finish_before_the_run_closes(ledger: Ledger) -> None:
    run = start(ledger, "app1 app2", "app3")
    claims.claim(ledger, run, "app1")
    claims.claim(ledger, run, "app2")
    claims.finish(ledger, run, "app1", "rolled_back", "sick")
    assert runs.read_run(ledger, run)["state"] == "open"
    with pytest.raises(Refused, match="open"):
        start(ledger, "app1", version="1.2")
    claims.finish(ledger, run, "app2", "done", None)
    assert runs.read_run(ledger, run)["state"] == "stopped"


def test_a_budget_of_one_lets_the_rollout_go_on_after_one_failure_only(ledger: Ledger) -> None:
    run = start(ledger, "app1", "app2", "app3", budget=1)
    claims.claim(ledger, run, "app1")
    claims.finish(ledger, run, "app1", "rolled_back", "sick")
    claims.claim(ledger, run, "app2")
    claims.finish(ledger, run, "app2", "out", "sick too")
    with pytest.raises(Refused, match="budget of 1 is spent"):
        claims.claim(ledger, run, "app3")


def test_a_budget_of_one_counts_a_failure_and_an_unfinished_member_together(ledger: Ledger) -> None:
    run = start(ledger, "app1", "app2", "app3", budget=1)
    claims.claim(ledger, run, "app1")
    claims.finish(ledger, run, "app1", "rolled_back", "sick")
    claims.claim(ledger, run, "app2")
    with pytest.raises(Refused, match="app1 failed, .*; app2 started and not finished"):
        claims.claim(ledger, run, "app3")


def test_a_member_is_claimed_once_per_run(ledger: Ledger) -> None:
    run = start(ledger, "app1", "app2")
    claims.claim(ledger, run, "app1")
    with pytest.raises(Refused, match="claimed in run .* already"):
        claims.claim(ledger, run, "app1")
    with pytest.raises(Refused, match="not in the plan"):
        claims.claim(ledger, run, "app9")


def test_one_open_run_per_service_and_the_refusal_names_its_owner_and_age(ledger: Ledger) -> None:
    run = start(ledger, "app1")
    with pytest.raises(
        Refused, match=rf"run {run} to version 1.1 is open since 0 min, started by .*process {os.getpid()}"
    ):
        start(ledger, "app1")


def test_a_run_whose_controller_was_killed_makes_way(ledger: Ledger) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as dead:
        owner = Owner.of_process(dead.pid)
        assert owner.is_alive() is True
        dead.kill()
    first = start(ledger, "app1", "app2", owner=owner)
    claims.claim(ledger, first, "app1")
    start(ledger, "app1", "app2")
    found = runs.read_run(ledger, first)
    assert (found["state"], outcomes(ledger, first)) == ("abandoned", {"app1": None, "app2": "not_reached"})


def test_a_later_process_with_the_same_number_is_not_taken_for_the_owner() -> None:
    assert Owner(HERE.host, HERE.pid, "1", HERE.user).is_alive() is False


def test_a_run_on_another_host_makes_way_only_when_it_is_taken_over_by_name(ledger: Ledger) -> None:
    run = start(ledger, "app1", owner=ELSEWHERE)
    with pytest.raises(Refused, match=f"rollout_take_over={run}"):
        start(ledger, "app1")
    start(ledger, "app1", take_over=run)
    assert runs.read_run(ledger, run)["stop_reason"].startswith("taken over by")


def test_the_version_before_is_remembered_when_the_member_runs_the_new_one_already(ledger: Ledger) -> None:
    run = start(ledger, "app1", "app2")
    claims.claim(ledger, run, "app1")
    assert version_before(ledger, "quotes", "app1", "1.1") == "1.0"
    assert version_before(ledger, "quotes", "app2", "1.1") is None


def test_what_failed_in_a_transaction_leaves_nothing_behind(ledger: Ledger) -> None:
    run = start(ledger, "app1")
    with pytest.raises(RuntimeError), ledger.transaction():
        ledger.write_event(run, "claimed", member="app1")
        raise RuntimeError("killed here")
    assert kinds(ledger, run) == ["run_opened"]
