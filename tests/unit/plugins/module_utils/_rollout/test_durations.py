# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a member is expected to take, and batches whose members take equally long."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger import claims
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.durations import expected_seconds, seconds_taken
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.owner import Owner
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.runs import NewRun, PlannedMember, open_run
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.duration import in_words
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._rollout._planned import member, names, plan


class Watch:
    """The time that the ledger writes down."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def roll_out(
    ledger: Ledger, watch: Watch, took: dict[str, float], outcome: str = "done", service: str = "quotes"
) -> None:
    members = [PlannedMember(name, 1, "1.0") for name in took]
    new = NewRun(service, "1.1", "d" * 64, "http://store/quotes.tar.gz", members, {}, "h", failure_budget=9)
    run = open_run(ledger, new, Owner.of_process(1))
    for name, seconds in took.items():
        claims.claim(ledger, run.id, name)
        watch.now += seconds
        claims.finish(ledger, run.id, name, outcome, None)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def ledger(tmp_path: Path, watch: Watch) -> Ledger:
    return Ledger.open(str(tmp_path / "ledger.sqlite3"), wall=watch)


def test_a_member_is_expected_to_take_the_median_of_what_it_took(ledger: Ledger, watch: Watch) -> None:
    for seconds in (40, 500, 60):
        roll_out(ledger, watch, {"app1": seconds})
    assert expected_seconds(seconds_taken(ledger, "quotes"), ["app1"]) == {"app1": 60}


def test_a_new_member_is_expected_to_take_what_the_others_do(ledger: Ledger, watch: Watch) -> None:
    roll_out(ledger, watch, {"app1": 30, "app2": 50, "app3": 90})
    assert expected_seconds(seconds_taken(ledger, "quotes"), ["app1", "new"]) == {"app1": 30, "new": 50}


def test_trouble_and_other_services_say_nothing_of_how_long_it_takes(ledger: Ledger, watch: Watch) -> None:
    roll_out(ledger, watch, {"app1": 900}, outcome="rolled_back")
    roll_out(ledger, watch, {"app1": 700}, service="stores")
    assert expected_seconds(seconds_taken(ledger, "quotes"), ["app1"]) == {}


def test_what_a_member_took_long_ago_is_forgotten() -> None:
    latest_first = [("app1", 30.0)] * 9 + [("app1", 3000.0)] * 20
    assert expected_seconds(latest_first, ["app1"]) == {"app1": 30}


def test_members_that_take_equally_long_share_a_batch() -> None:
    members = [member(f"app{n}", seconds=seconds) for n, seconds in enumerate((60, 600, 60, 600), 1)]
    made = plan(*members, canary=0, batch="2")
    assert names(made) == ["app2 app4", "app1 app3"]
    assert [batch["expected_seconds"] for batch in made["batches"]] == [600, 60]
    assert made["expected"] == {"seconds": 660, "sliding_seconds": 660}


def test_with_batches_of_one_the_inventory_order_stands() -> None:
    members = [member("app1", seconds=60), member("app2", seconds=600)]
    assert names(plan(*members, canary=0)) == ["app1", "app2"]


def test_noise_in_the_times_does_not_change_the_order() -> None:
    members = [member(f"app{n}", seconds=seconds) for n, seconds in enumerate((61, 64, 60, 66), 1)]
    assert names(plan(*members, canary=0, batch="2")) == ["app1 app2", "app3 app4"]


def test_one_member_without_a_past_leaves_the_time_of_its_batch_unknown() -> None:
    made = plan(member("app1", seconds=60), member("app2"))
    assert [batch["expected_seconds"] for batch in made["batches"]] == [60, None]
    assert made["expected"]["seconds"] is None


def test_times_are_said_as_people_say_them() -> None:
    assert [in_words(seconds) for seconds in (None, 0, 119, 120, 7199, 7260)] == [
        "unknown",
        "0 s",
        "119 s",
        "2 min",
        "119 min",
        "2 h 1 min",
    ]
