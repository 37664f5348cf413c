# SPDX-License-Identifier: GPL-3.0-or-later
"""The table that the playbook plan prints, to the letter."""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.estate import LeftOut
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.table import as_table
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._rollout._planned import member, plan

MEMBERS = [
    member("app1", zone="a", seconds=60, pools=["api"]),
    member("app2", "1.1", zone="b", seconds=60, pools=["api"]),
    member("app3", None, "offline", False, zone="b", seconds=600),
    member("app4", zone="b", seconds=60),
]
AWAY: dict[str, Any] = {"skipped": [LeftOut("app5", "b", "offline: timed out")], "limited_away": [LeftOut("app6", "a")]}


def test_the_table_of_batches() -> None:
    made = plan(*MEMBERS, batch="2", min_active="1", max_out_per_zone="50%", strangers={"api": 1}, **AWAY)
    assert as_table(made, "c0ffee") == [
        f"quotes to version 1.1, sha256 {'d' * 64}",
        "  at most 1 out of zone a at once",
        "  at most 2 out of zone b at once",
        "batch     member  zone  version  placement  expected",
        "1 canary  app3    b     unknown  offline    10 min",
        "2         app1    a     1.0      online     60 s",
        "          app4    b     1.0      online     60 s",
        "",
        "serving  quotes on lb1  quotes on lb2  api on lb1  api on lb2  expected",
        "now      3 of 4         3 of 4         3 of 3      3 of 3",
        "batch 1  3              3              3           3           10 min",
        "batch 2  2              2              2           2           60 s",
        "floor    1              1              1           1",
        "",
        "3 members in 2 batches, about 11 min, at least 11 min with a sliding window of 2",
        "done already: app2",
        "skipped: app5, offline: timed out",
        "left out by --limit, whatever they run: app6",
        "plan hash c0ffee",
    ]


def test_the_table_of_a_sliding_window() -> None:
    made = plan(*MEMBERS[:1], *MEMBERS[2:], canary=0, batch="2", min_active="0", mode="sliding", strangers={"api": 1})
    assert as_table(made, "c0ffee") == [
        f"quotes to version 1.1, sha256 {'d' * 64}",
        "  sliding window: at most 2 out at once",
        "batch  member  zone  version  placement  expected",
        "1      app3    b     unknown  offline    10 min",
        "2      app1    a     1.0      online     60 s",
        "       app4    b     1.0      online     60 s",
        "",
        "serving  quotes on lb1  quotes on lb2  api on lb1  api on lb2  expected",
        "now      2 of 3         2 of 3         2 of 2      2 of 2",
        "batch 1  2              2              2           2           10 min",
        "batch 2  1              1              1           1           60 s",
        "floor    0              0              0           0",
        "",
        "3 members in 2 batches, at least 11 min",
        "plan hash c0ffee",
    ]


def test_the_table_says_who_fetches_what_where_platforms_differ() -> None:
    names = {"app1": "e" * 64, "app3": "f" * 64, "app4": "e" * 64}
    lines = as_table(plan(*MEMBERS, min_active="0", artifacts=names, strangers={"api": 1}), "c0ffee")
    assert lines[1:3] == [f"  app3: sha256 {'f' * 64}", f"  app1, app4: sha256 {'e' * 64}"]


def test_the_table_of_nothing_to_do() -> None:
    assert as_table(plan(MEMBERS[1], strangers={"api": 1}), "c0ffee")[1:] == [
        "done already: app2",
        "nothing to do",
        "plan hash c0ffee",
    ]


def test_a_first_rollout_says_that_the_time_is_unknown() -> None:
    lines = as_table(plan(member("app1"), min_active="0"), "c0ffee")
    assert "1 member in 1 batch, time unknown: the ledger knows no finished member of this service" in lines
