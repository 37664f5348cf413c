# SPDX-License-Identifier: GPL-3.0-or-later
"""What an operator reads last."""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.rollout.plugins.plugin_utils._report.summary import summary
from ansible_collections.hybrid.rollout.plugins.plugin_utils._report.verdict import verdict_of_run
from ansible_collections.hybrid.rollout.tests.unit.plugins.plugin_utils._report._runs import run

Claim = tuple[str, str, Any, Any]
DONE: Claim = ("app1", "finished", "done", None)
NOT_REACHED: Claim = ("app2", "finished", "not_reached", None)
AGAIN = "run the same command again, it goes on from what is true then"


def lines(state: str, *claims: Claim, events: Any = (), **other: Any) -> list[str]:
    return summary(verdict_of_run(run(state, *claims, **other), events))


def test_a_rollout_that_is_done_is_one_line_and_its_members() -> None:
    assert lines("done", DONE) == ["quotes to 1.2: DONE, 1 of 1 members replaced (run r1)", "  done: app1"]


def test_nothing_to_do_is_said() -> None:
    assert lines("done") == ["quotes to 1.2: nothing to do, every member runs it and is online"]


def test_a_stopped_rollout_names_member_cause_and_next_step() -> None:
    broken = ("app1", "finished", "rolled_back", "it\nanswered 500")
    assert lines("stopped", broken, NOT_REACHED, stop_reason="the failure budget of 0 is spent.") == [
        "quotes to 1.2: STOPPED, 0 of 2 members replaced (run r1)",
        "  why: the failure budget of 0 is spent.",
        "  app1: failed, back on the release before and online",
        "    it",
        "    answered 500",
        "  not reached: app2",
        f"  next: every member of the pool serves. Mend the cause named above; if it is the release, deploy a mended version, otherwise {AGAIN}.",
    ]


def test_members_that_may_be_out_of_rotation_are_named_in_the_next_step() -> None:
    said = lines(
        "open",
        ("app1", "claimed", None, None),
        ("app2", "finished", "unreachable", "gone"),
        ("app3", "planned", None, None),
    )
    assert said == [
        "quotes to 1.2: NOT FINISHED, 0 of 3 members replaced (run r1)",
        "  app1: started and not finished",
        "  app2: failed and cannot be reached",
        "    gone",
        "  not reached: app3",
        f"  next: Look at app1, app2, which may be out of rotation. Mend the cause and {AGAIN} and takes them first.",
    ]


def test_members_skipped_offline_are_listed_with_what_to_do_about_them() -> None:
    assert lines("done", DONE, ("app2", "finished", "skipped_offline", "no answer"))[2:] == [
        "  skipped, offline when the plan was made: app2",
        f"  next: when app2 can be reached, {AGAIN}.",
    ]


def test_a_gate_that_stopped_the_run_says_that_no_member_failed() -> None:
    assert lines("stopped", NOT_REACHED, stop_reason="change_window at start: closed until 22:00") == [
        "quotes to 1.2: STOPPED, 0 of 1 members replaced (run r1)",
        "  why: change_window at start: closed until 22:00",
        "  not reached: app2",
        f"  next: no member failed. When what is named above is put right, {AGAIN}.",
    ]


def test_a_paused_run_says_who_paused_it_and_how_it_goes_on() -> None:
    said = lines("open", ("app1", "planned", None, None), control="paused", control_reason="paused by ann@host: lunch")
    assert said == [
        "quotes to 1.2: PAUSED, 0 of 1 members replaced (run r1)",
        "  why: paused by ann@host: lunch",
        "  not reached: app1",
        "  next: give it free with rollout_control (run r1, state open) and its controller goes on; "
        f"if that has ended, abort it and {AGAIN}.",
    ]


def test_an_aborted_run_and_one_that_was_taken_away_begin_again_as_new_runs() -> None:
    aborted = lines("stopped", NOT_REACHED, control="aborted", control_reason="aborted by ann@host: disks")
    assert aborted[0] == "quotes to 1.2: ABORTED, 0 of 1 members replaced (run r1)"
    assert aborted[-1] == f"  next: that is final for this run; when the cause is gone, {AGAIN}, as a new run."
    taken = lines("abandoned", ("app1", "claimed", None, None), stop_reason="its process is gone: ann@host")
    assert taken[0] == "quotes to 1.2: ABANDONED, 0 of 1 members replaced (run r1)"
    assert taken[-1] == (
        f"  next: the run belongs to nobody any more: {AGAIN}, as a new run. Look at app1, which may be out of rotation."
    )


def test_a_change_window_that_was_overridden_is_told_with_who_answers_for_it() -> None:
    answer = {
        "overridden": True,
        "override": {"reason": "customers cannot pay", "by": "ann"},
        "verdict_without_override": "failed",
    }
    events = [{"kind": "gate", "step": "change_window", "detail": {"answer": answer}}]
    assert "  against change_window: customers cannot pay (answered for by ann)" in lines("done", DONE, events=events)


def answer(occasion: str, apply: list[str], held: list[str], **of: Any) -> dict[str, Any]:
    store = {"database": "orders", "tool": "flyway", "table": "t"}
    told = {
        "fingerprints": {"orders": "f"},
        "apply": [{**store, "migrations": apply}],
        "held": [{**store, "migration": name, "why": "contract"} for name in held],
    }
    detail = {"judge": "hybrid.rollout.migration_gate", "occasion": occasion, "answer": told}
    return {"kind": "gate", "step": "database_migration", "detail": detail, **of}


def test_what_ran_in_the_databases_and_what_waits_is_told() -> None:
    events = [
        answer("expand, before", ["V2", "V3"], ["V4"]),
        answer("expand, after", [], ["V4"]),
        answer("batch 1", [], []),
    ]
    assert lines("done", DONE, events=events)[1:3] == ["  orders: ran V2, V3", "  orders: still waiting V4"]


def test_a_migration_that_is_still_let_through_afterwards_has_not_run() -> None:
    events = [answer("expand, before", ["V2", "V3"], []), answer("expand, after", ["V3"], [])]
    assert lines("stopped", NOT_REACHED, events=events, stop_reason="x")[2] == "  orders: ran V2"
    cut_short = [answer("expand, before", ["V2"], [])]
    assert not any("ran" in line for line in lines("stopped", NOT_REACHED, events=cut_short, stop_reason="x"))


def test_the_run_of_a_contract_is_told_as_one() -> None:
    of = {"version": "contract", "digest": "", "plan": {"service": "quotes", "contract_of": "1.3"}}
    assert lines("done", **of) == ["quotes databases, contract of 1.3: DONE (run r1)"]
    assert lines("stopped", stop_reason="the tool failed", **of)[:2] == [
        "quotes databases, contract of 1.3: STOPPED (run r1)",
        "  why: the tool failed",
    ]
