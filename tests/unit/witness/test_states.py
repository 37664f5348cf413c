# SPDX-License-Identifier: GPL-3.0-or-later
"""The picture's bars: what a member was doing at each moment, as the ledger tells it."""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.rollout.tests.lab.demo.states import Mark, Span, states_from_events
from ansible_collections.hybrid.rollout.tests.unit.witness.invented_demo import invented_demo
from hypothesis import given
from hypothesis import strategies as st

STEPS = [
    "stage",
    "leave_pool",
    "activate",
    "verify_member",
    "verify_maintenance",
    "join_pool",
    "verify_online",
    "rollback",
]


def event(at: float, kind: str, step: str = "", detail: str = "", member: str = "app1") -> dict[str, Any]:
    return {"at": at, "kind": kind, "member": member, "step": step, "detail": detail}


def test_a_member_goes_through_its_rollout_and_is_online_before_and_after() -> None:
    begun = [(20, "leave_pool"), (30, "activate"), (40, "verify_member"), (50, "verify_maintenance"), (60, "join_pool")]
    events = [event(10, "claimed"), event(11, "step_began", "stage")]
    events += [event(at, "step_began", step) for at, step in begun]
    events += [event(70, "step_began", "verify_online"), event(80, "finished", detail="done")]
    history = states_from_events(events, 0, 100)
    assert [(span.state, span.started, span.ended) for span in history.spans] == [
        ("online", 0, 20),
        ("draining", 20, 30),
        ("installing", 30, 40),
        ("testing", 40, 60),
        ("joining", 60, 70),
        ("online", 70, 100),
    ]
    assert history.marks == []


def test_a_failed_step_and_a_rollback_are_marked_with_their_reason() -> None:
    events = [
        event(10, "step_began", "verify_member"),
        event(15, "step_ended", "verify_member", "failed: it answered 500"),
        event(15, "step_began", "rollback"),
        event(20, "step_began", "join_pool"),
        event(25, "finished", detail="rolled_back"),
    ]
    history = states_from_events(events, 0, 30)
    assert history.marks == [
        Mark("app1", "failed", 15, "verify_member", "it answered 500"),
        Mark("app1", "rolled_back", 25, "", "rolled_back"),
    ]
    assert [span.state for span in history.spans] == ["online", "testing", "installing", "joining", "online"]


def test_a_member_that_stays_out_is_not_drawn_as_online() -> None:
    events = [event(10, "step_began", "leave_pool"), event(20, "finished", detail="left_out: the rollback failed too")]
    assert states_from_events(events, 0, 30).spans[-1] == Span("app1", "out", 20, 30)


def test_events_of_the_run_itself_draw_no_member() -> None:
    assert states_from_events([{"at": 1.0, "kind": "finished", "member": None}], 0, 10).spans == []


def test_the_second_rollout_of_a_member_follows_on_its_first() -> None:
    demo = invented_demo()
    account = demo["account"]
    history = states_from_events(demo["events"], account["started"], account["ended"])
    assert sorted({span.member for span in history.spans}) == ["app1", "app2", "app3", "app4"]
    app1 = [span.state for span in history.spans if span.member == "app1"]
    once = ["draining", "installing", "testing", "joining", "online"]
    assert app1 == ["online", *once, "draining", "installing", "testing", "installing", "testing", "joining", "online"]


rows = st.builds(
    event,
    at=st.floats(-10, 110),
    kind=st.sampled_from(["step_began", "step_ended", "claimed", "finished"]),
    step=st.sampled_from(STEPS),
    detail=st.sampled_from(["", "done", "failed: no", "rolled_back", "left_out"]),
    member=st.sampled_from(["app1", "app2"]),
)


@given(st.lists(rows))
def test_bars_have_no_gap_and_no_overlap_whatever_the_ledger_says(events: list[dict[str, Any]]) -> None:
    history = states_from_events(events, 0, 100)
    for member in {row["member"] for row in events}:
        spans = [span for span in history.spans if span.member == member]
        assert spans[0].started == 0
        assert spans[-1].ended == 100
        assert all(before.ended == after.started for before, after in zip(spans, spans[1:], strict=False))
