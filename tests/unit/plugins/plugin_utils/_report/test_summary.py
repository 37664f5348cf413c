# SPDX-License-Identifier: GPL-3.0-or-later
"""What an operator reads last."""

from __future__ import annotations

from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.plugin_utils._report.summary import summary


def run(state: str, *claims: tuple[str, str, Any, Any], why: Optional[str] = None) -> dict[str, Any]:
    keys = ("member", "state", "outcome", "reason")
    return {
        "id": "r1",
        "service": "quotes",
        "version": "1.2",
        "state": state,
        "stop_reason": why,
        "claims": [dict(zip(keys, claim)) for claim in claims],
    }


def test_a_rollout_that_is_done_is_one_line_and_its_members() -> None:
    assert summary(run("done", ("app1", "finished", "done", None))) == [
        "quotes to 1.2: DONE, 1 of 1 members replaced (run r1)",
        "  done: app1",
    ]


def test_nothing_to_do_is_said() -> None:
    assert summary(run("done")) == ["quotes to 1.2: nothing to do, every member runs it and is online"]


def test_a_stopped_rollout_names_member_cause_and_next_step() -> None:
    lines = summary(
        run(
            "stopped",
            ("app1", "finished", "rolled_back", "it\nanswered 500"),
            ("app2", "finished", "not_reached", None),
            why="the failure budget of 0 is spent.",
        )
    )
    assert lines == [
        "quotes to 1.2: STOPPED, 0 of 2 members replaced (run r1)",
        "  why: the failure budget of 0 is spent.",
        "  app1: failed, back on the release before and online",
        "    it",
        "    answered 500",
        "  not reached: app2",
        "  next: every member of the pool serves. Mend the cause named above; if it is the release, deploy a mended version, "
        "otherwise run the same command again, it goes on from what is true then.",
    ]


def test_members_that_may_be_out_of_rotation_are_named_in_the_next_step() -> None:
    lines = summary(
        run(
            "open",
            ("app1", "claimed", None, None),
            ("app2", "finished", "unreachable", "gone"),
            ("app3", "planned", None, None),
        )
    )
    assert lines[0] == "quotes to 1.2: NOT FINISHED, 0 of 3 members replaced (run r1)"
    assert lines[1:3] == ["  app1: started and not finished", "  app2: failed and cannot be reached"]
    assert lines[-1].startswith("  next: look at app1, app2, which may be out of rotation")
