# SPDX-License-Identifier: GPL-3.0-or-later
"""Stories of limits: how many may be at work of a run, a zone, a pool, and a member that two services share."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput, Refused
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger import claims, runs
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.claims import ClaimedElsewhere, MustWait
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._ledger._quotes import HERE, kinds, start


def test_a_window_lets_the_next_start_when_one_has_finished(ledger: Ledger) -> None:
    run = start(ledger, "app1 app2 app3", window=2)
    claims.claim(ledger, run, "app1")
    claims.claim(ledger, run, "app2")
    with pytest.raises(MustWait, match=r"app3 does not start yet: 2 of at most 2 members of this run .*app1 .*app2"):
        claims.claim(ledger, run, "app3")
    claims.finish(ledger, run, "app1", "done", None)
    assert claims.claim(ledger, run, "app3") == 1


def test_with_a_window_too_a_canary_that_was_left_unfinished_stops_the_run(ledger: Ledger) -> None:
    run = start(ledger, "app1", "app2 app3", window=2)
    claims.claim(ledger, run, "app1")
    with pytest.raises(Refused, match="budget of 0 is spent: app1 started and not finished"):
        claims.claim(ledger, run, "app2")
    claims.finish(ledger, run, "app1", "done", None)
    assert runs.read_run(ledger, run)["state"] == "stopped"


@pytest.mark.parametrize(
    ("limit", "laxer", "where", "words"),
    [
        ({"zones": {"rack1": 1}}, {"zones": {"rack1": 5}}, {"zone": "rack1"}, "of at most 1 members of zone rack1"),
        (
            {"pools": {"shared": 1}},
            {"pools": {"shared": 5}},
            {"in_pools": ["shared"]},
            "of at most 1 members of pool shared",
        ),
    ],
)
def test_a_zone_and_a_pool_are_counted_over_all_services(
    ledger: Ledger, limit: dict[str, Any], laxer: dict[str, Any], where: dict[str, Any], words: str
) -> None:
    """The strict one is another service's word, and it counts for this one too."""
    strict = start(ledger, "app1", service="quotes", **limit, **where)
    easy = start(ledger, "app9", service="orders", **laxer, **where)
    claims.claim(ledger, strict, "app1")
    with pytest.raises(MustWait, match=words):
        claims.claim(ledger, easy, "app9")
    claims.finish(ledger, strict, "app1", "done", None)
    claims.claim(ledger, easy, "app9")


def test_a_member_that_two_services_share_is_in_one_hand_at_a_time(ledger: Ledger) -> None:
    quotes = start(ledger, "app1", service="quotes")
    orders = start(ledger, "app1", service="orders")
    claims.claim(ledger, quotes, "app1")
    with pytest.raises(ClaimedElsewhere, match=rf"another service has it at work. quotes: run {quotes} .*started by"):
        claims.claim(ledger, orders, "app1")
    assert kinds(ledger, orders) == ["run_opened", "claim_refused"]
    claims.finish(ledger, quotes, "app1", "done", None)
    assert claims.claim(ledger, orders, "app1") == 1


def test_a_limit_that_would_let_nobody_start_is_refused_before_a_run_is_opened(ledger: Ledger) -> None:
    with pytest.raises(BadInput, match="At most 0 members of zone rack1"):
        start(ledger, "app1", zones={"rack1": 0})
    assert runs.open_runs(ledger) == []


def test_a_member_that_was_skipped_offline_is_in_the_record_and_never_starts(ledger: Ledger) -> None:
    members = [
        runs.PlannedMember("app1", 1, "1.0"),
        runs.PlannedMember("app2", 1, None, skipped_offline="its host is down"),
    ]
    new = runs.NewRun("quotes", "1.1", "", "", members, {}, "h", 0)
    run = runs.open_run(ledger, new, HERE).id
    claims.claim(ledger, run, "app1")
    claims.finish(ledger, run, "app1", "done", None)
    found = runs.read_run(ledger, run)
    assert found["state"] == "done"
    assert (found["claims"][1]["outcome"], found["claims"][1]["reason"]) == ("skipped_offline", "its host is down")
