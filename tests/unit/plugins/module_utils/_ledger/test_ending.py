# SPDX-License-Identifier: GPL-3.0-or-later
"""The last batch is over: the run is closed, and who goes back because others failed."""

from __future__ import annotations

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import Refused
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger import claims
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.control import control
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.ending import end, to_put_back
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.runs import open_run, read_run
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.contracting import contracting
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._ledger._quotes import (
    ELSEWHERE,
    HERE,
    outcomes,
    start,
)


def carried_out(ledger: Ledger, run: str, **ended: str) -> None:
    for member, outcome in ended.items():
        claims.claim(ledger, run, member)
        if outcome:
            claims.finish(ledger, run, member, outcome, None)


@pytest.mark.parametrize(
    ("policy", "goes_back"),
    [("member", []), ("none", []), ("batch", ["app2"]), ("all", ["app2", "app1"])],
)
def test_who_goes_back_when_a_member_of_the_second_batch_failed(
    ledger: Ledger, policy: str, goes_back: list[str]
) -> None:
    run = start(ledger, "app1", "app2 app3", "app4")
    carried_out(ledger, run, app1="done", app2="done", app3="rolled_back")
    assert [claim["member"] for claim in to_put_back(end(ledger, run, None), policy)] == goes_back


def test_nobody_goes_back_when_nobody_failed(ledger: Ledger) -> None:
    run = start(ledger, "app1", "app2")
    carried_out(ledger, run, app1="done")
    control(ledger, run, "aborted", "the customer called", HERE)
    assert to_put_back(end(ledger, run, None), "all") == []


def test_a_member_that_had_nothing_before_stays(ledger: Ledger) -> None:
    run = start(ledger, "app1", "app2", previous=None)
    carried_out(ledger, run, app1="done", app2="out")
    assert to_put_back(end(ledger, run, None), "all") == []


def test_a_run_whose_members_are_done_is_done_already_and_stays_so(ledger: Ledger) -> None:
    run = start(ledger, "app1")
    carried_out(ledger, run, app1="done")
    assert end(ledger, run, None)["state"] == "done"


def test_what_nobody_finished_closes_the_run_with_the_reason(ledger: Ledger) -> None:
    run = start(ledger, "app1 app2", "app3")
    carried_out(ledger, run, app1="done", app2="")
    ended = end(ledger, run, None)
    assert (ended["state"], outcomes(ledger, run)) == ("stopped", {"app1": "done", "app2": None, "app3": "not_reached"})
    assert "app2 started and did not finish" in ended["stop_reason"]
    assert [claim["member"] for claim in to_put_back(ended, "all")] == ["app1"]


def test_who_was_refused_without_a_failure_closes_the_run_too(ledger: Ledger) -> None:
    run = start(ledger, "app1", "app2")
    carried_out(ledger, run, app1="done")
    assert "app2 did not start" in end(ledger, run, None)["stop_reason"]


def test_a_paused_run_stays_open(ledger: Ledger) -> None:
    run = start(ledger, "app1", "app2")
    carried_out(ledger, run, app1="done")
    control(ledger, run, "paused", "lunch", HERE)
    assert end(ledger, run, None)["state"] == "open"
    assert read_run(ledger, run)["control"] == "paused"


def test_a_controller_that_lost_the_run_does_not_end_it(ledger: Ledger) -> None:
    run = start(ledger, "app1")
    with pytest.raises(claims.Refused, match="token"):
        end(ledger, run, 99)
    assert read_run(ledger, run)["state"] == "open"


def test_a_run_that_ends_for_no_matter_of_its_members_is_stopped_and_says_why(ledger: Ledger) -> None:
    run = start(ledger, "app1", "app2")
    ended = end(ledger, run, None, "the databases could not be changed")
    assert (ended["state"], ended["stop_reason"]) == ("stopped", "the databases could not be changed")
    assert outcomes(ledger, run) == {"app1": "not_reached", "app2": "not_reached"}
    assert end(ledger, run, None, "something later")["stop_reason"] == "the databases could not be changed"


def test_the_run_of_a_contract_keeps_others_out_until_it_is_ended(ledger: Ledger) -> None:
    run = open_run(ledger, contracting("quotes", "1.3", 3600), ELSEWHERE).id
    with pytest.raises(Refused, match="One run of a service at a time"):
        start(ledger, "app1")
    assert end(ledger, run, None)["state"] == "done"
    start(ledger, "app1")
