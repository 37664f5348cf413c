# SPDX-License-Identifier: GPL-3.0-or-later
"""One verdict over all databases of a service: all or none, and every reason with its database's name."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._gate import GateNotPassed
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate import run
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate_arguments import check
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._migrations._states import (
    Answer,
    database,
    store,
)

OPTIONS: dict[str, Any] = {
    **{"phase": "expand", "check": None, "release": None, "accept": [], "may_skip": [], "starts_when_ahead": {}},
    **{"target_states": None, "expected_fingerprints": None, "release_order": [], "rollback_window_seconds": None},
    **{"pulled_max_age_seconds": 3600.0, "max_transaction_seconds": None, "max_replication_lag_seconds": None},
}
GOOD = store("V1 applied expand, V2 pending expand")


def ask(*states: Answer, **options: Any) -> dict[str, Any]:
    """The gate's answer, open or shut."""
    params = {**OPTIONS, "states": list(states), **options}
    check(params)
    try:
        return run(params, None)
    except GateNotPassed as error:
        return {**error.result, "msg": str(error)}


def test_an_open_gate_says_what_may_run_in_each_store_and_what_is_held() -> None:
    result = ask(database(GOOD, store("3 pending contract", "alembic")), database(GOOD, name="shard2"))
    assert (result["verdict"], result["reasons"]) == ("passed", [])
    assert [(one["database"], one["tool"], one["migrations"]) for one in result["apply"]] == [
        ("quotes", "flyway", ["V2"]),
        ("quotes", "alembic", []),
        ("shard2", "flyway", ["V2"]),
    ]
    assert result["held"] == [
        {
            **{"database": "quotes", "tool": "alembic", "table": "public.history", "migration": "3", "behind": None},
            "why": "contract: the release before may need what it takes away",
        }
    ]


def test_one_database_that_cannot_go_on_holds_all_of_them() -> None:
    result = ask(database(GOOD), database(store("V1 failed, V2 pending expand"), name="shard2"))
    assert (result["verdict"], result["apply"]) == ("failed", [])
    assert result["reasons"] == [
        "shard2 (flyway, public.history): V1 failed: mend the database and the bookkeeping by hand"
    ]
    assert result["msg"].startswith("Migration gate for expand: failed. shard2 (flyway, public.history): V1 failed")


TROUBLE: list[tuple[str, Answer, str, str, str | None]] = [
    ("under way", database(store("V1 in_progress")), "undecided", "V1 is under way", None),
    ("lock held", database(store("", lock={"held": True, "holder": "db1 pid 7"})), "undecided", "a migration is under way (db1 pid 7)", None),
    ("seen at work", database(store("", in_progress=True)), "undecided", "a migration is under way", None),
    ("stale lock", database(store("", stale_lock_suspected=True, lock={"held": True, "holder": "ci3"})), "undecided", "its lock is held by ci3, perhaps", None),
    ("edited", database(store("V1 edited")), "failed", "V1 was changed after it ran", "edited"),
    ("missing", database(store("V1 missing, V2 missing")), "undecided", "V1 and V2 have run and this release does not know them", "missing"),
    ("ahead", database(store("V9 ahead")), "undecided", "V9 has run and is newer than this release", "ahead"),
    ("out of order", database(store("V1 out_of_order expand")), "undecided", "V1 is pending below one that has run", "out_of_order"),
    ("which tool", database(store("", alternatives=["dbmate"])), "undecided", "the table may be that of dbmate as well", "ambiguous_tool"),
    ("no bookkeeping", database(), "undecided", "quotes has no bookkeeping of a migration tool", "no_store"),
    ("not compared", database(GOOD, compared=False), "undecided", "quotes was not compared with a release", None),
    ("half an index", database(GOOD, leftovers={"invalid_indexes": ["i1"]}), "undecided", "quotes: i1 is an INVALID index", "invalid_indexes"),
    ("no table", database(store("V1 pending expand", table=None, why_not="never ran")), "undecided", "(flyway, no table): never ran", "no_store"),
    ("an unknown head", database(store("V1 unknown", "alembic")), "undecided", "V1 has run or not, which cannot be told", None),
    ("a state from tomorrow", database(store("V1 dreaming")), "undecided", "V1 is dreaming, which nobody can judge", None),
    ("a task that failed", {"failed": True, "msg": "no route to db1"}, "could_not_ask", "states[0] could not be read, its task was failed: no route", None),
    ("a task that was skipped", {"skipped": True, "skip_reason": "Conditional"}, "could_not_ask", "its task was skipped: Conditional", None),
]  # fmt: skip
ALL = ["ahead", "ambiguous_tool", "edited", "invalid_indexes", "missing", "no_store", "out_of_order", "undeclared"]


@pytest.mark.parametrize(
    ("state", "verdict", "words", "word"), [case[1:] for case in TROUBLE], ids=[case[0] for case in TROUBLE]
)
def test_trouble_in_the_bookkeeping_keeps_the_gate_shut_unless_it_is_accepted_by_name(
    state: Answer, verdict: str, words: str, word: str | None
) -> None:
    result = ask(state)
    assert result["verdict"] == verdict
    (reason,) = result["reasons"]
    assert words in reason
    others = [other for other in ALL if other != word]
    assert ask(state, accept=others)["reasons"] == [reason]
    if word:
        assert ask(state, accept=[word])["verdict"] == "passed"
    else:
        assert ask(state, accept=ALL)["verdict"] == verdict


def test_a_tool_that_may_skip_finds_nothing_wrong_in_another_order() -> None:
    assert ask(database(store("V1 out_of_order expand", "rails")))["verdict"] == "passed"


def test_what_nobody_can_know_is_said_in_an_open_gate_too() -> None:
    quiet = store(
        "1 pending expand", "alembic", failure_detectable=False, why_not="no row is written", in_progress=None
    )
    leftovers = {"invalid_indexes": [], "not_validated": ["c1"]}
    result = ask(database(quiet, leftovers=leftovers))
    assert result["verdict"] == "passed"
    assert result["notes"] == [
        "quotes: c1 is NOT VALID yet",
        "quotes (alembic, public.history): a migration that failed half-way would not show: no row is written",
        "quotes (alembic, public.history): whether a migration is under way cannot be seen",
    ]
    nowhere = store("1 pending expand", table=None, failure_detectable=False, in_progress=None)
    assert ask(database(nowhere), accept=["no_store"])["notes"] == []


def test_a_database_that_moved_since_stops_the_run_and_so_does_one_that_nobody_can_compare() -> None:
    one, two = database(GOOD), database(GOOD, name="shard2", fingerprint="f2")
    before = ask(one, two)["fingerprints"]
    assert before == {"quotes": "f1", "shard2": "f2"}
    assert ask(one, two, expected_fingerprints=before)["verdict"] == "passed"
    moved = ask(one, database(GOOD, name="shard2", fingerprint="f3"), expected_fingerprints=before)
    assert (moved["verdict"], moved["apply"]) == ("failed", [])
    assert moved["reasons"][0].startswith("shard2 has moved")
    assert ask(one, expected_fingerprints=before)["reasons"][0].startswith("shard2 is not in states")
    unexpected = ask(one, two, expected_fingerprints={"quotes": "f1"})
    assert (unexpected["verdict"], len(unexpected["reasons"])) == ("undecided", 1)
    assert unexpected["reasons"][0].startswith("shard2 is not in expected_fingerprints")
    assert ask(one, expected_fingerprints={})["verdict"] == "undecided"


def way_back(states: list[Answer], targets: list[Answer], **options: Any) -> dict[str, Any]:
    given = {"phase": None, "check": "rollback", "release": "1.2", "target_states": targets, **options}
    return ask(*states, **given)


def test_a_rollback_is_judged_by_what_the_old_release_does_not_know_and_the_new_one_declared() -> None:
    now = database(store("V1 applied expand, V2 applied expand, V3 applied contract"))
    before = database(store("V1 applied expand, V2 applied expand, V3 pending contract"))
    safe = way_back([before], [database(store("V1 applied, V2 ahead"))])
    assert safe["rollback"] == {"release": "1.2", "answers": {"quotes (flyway, public.history)": "safe"}}
    assert (safe["verdict"], safe["apply"]) == ("passed", [])
    blocked = way_back([now], [database(store("V1 applied, V2 ahead, V3 ahead"))])
    assert blocked["verdict"] == "failed"
    assert blocked["rollback"]["answers"] == {"quotes (flyway, public.history)": "blocked_by_contract"}
    assert blocked["msg"].startswith("Migration gate for rollback to 1.2: failed. quotes (flyway, public.history): V3")


def test_a_rollback_whose_readings_do_not_fit_together_is_undecided() -> None:
    now, then = database(store("V1 applied expand")), database(store("V1 applied"))
    assert way_back([now], [then])["verdict"] == "passed"
    cases = {
        "moved between its two readings": ([now], [{**then, "fingerprint": "f2"}]),
        "was read for target_states only": ([now], [then, database(GOOD, name="shard2")]),
        "shard2 is not in target_states": ([now, database(GOOD, name="shard2")], [then]),
        "target_states[1] could not be read": ([now], [then, {"failed": True, "msg": "no"}]),
        "quotes was not compared": ([now], [{**then, "compared": False}]),
    }
    for words, (states, targets) in cases.items():
        result = way_back(states, targets)
        assert result["verdict"] in ("undecided", "could_not_ask")
        assert words in result["reasons"][0], result["reasons"]
    half_way = way_back([now], [database(store("V1 applied", in_progress=True))])
    assert half_way["rollback"]["answers"] == {"quotes (flyway, public.history)": "unknown"}


BAD: list[tuple[dict[str, Any], str]] = [
    ({"states": []}, "states is empty"),
    ({"states": [{"changed": False}]}, "states[0] is no answer of migration_info: it has no database"),
    ({"states": [database({"tool": "flyway"})]}, "it has no lock"),
    ({"states": [{**database(GOOD), "stores": 7}]}, "is no answer of migration_info"),
    ({"states": [database(GOOD), database(GOOD)]}, "two databases that are called quotes"),
    ({"rollback_window_seconds": -1.0}, "rollback_window_seconds is -1"),
    ({"pulled_max_age_seconds": -1.0}, "pulled_max_age_seconds is -1"),
    ({"release_order": ["1", "2", "1"]}, "release_order names 1 twice"),
    ({"starts_when_ahead": {"flyway": "no"}}, "starts_when_ahead has flyway: 'no'"),
    ({"phase": None, "check": "rollback", "accept": ["undeclared"]}, "accept has undeclared"),
]


@pytest.mark.parametrize(("options", "words"), BAD, ids=[case[1] for case in BAD])
def test_what_cannot_be_meant_is_told_before_anybody_is_asked(options: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput) as error:
        ask(**{"states": [database(GOOD)], **options})
    assert words in str(error.value)


IN_THE_WAY = [
    (
        "nothing open",
        {"longest_transaction_seconds": 3.0, "replicas": 1, "replication_lag_seconds": 0.5},
        [],
    ),
    (
        "a report that runs since noon",
        {"longest_transaction_seconds": 812.0, "replicas": 0, "replication_lag_seconds": 0.0},
        ["quotes: a transaction is open for 812 s, max_transaction_seconds is 60"],
    ),
    (
        "a replica far behind",
        {"longest_transaction_seconds": 0.0, "replicas": 2, "replication_lag_seconds": 30.0},
        ["quotes: a replica is 30 s behind, max_replication_lag_seconds is 10"],
    ),
    (
        "an account that may not look",
        {"longest_transaction_seconds": None, "replicas": 1, "replication_lag_seconds": None},
        ["quotes: how long transactions are open there cannot be seen", "quotes: how far its replicas are behind cannot be seen"],
    ),
    (
        "an engine that tells nothing",
        None,
        ["quotes: how long transactions are open there cannot be seen", "quotes: how far its replicas are behind cannot be seen"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("activity", "words"), [case[1:] for case in IN_THE_WAY], ids=[case[0] for case in IN_THE_WAY])
def test_no_migration_begins_behind_a_long_transaction_or_a_late_replica_where_that_is_asked(
    activity: dict[str, Any] | None, words: list[str]
) -> None:
    state = database(GOOD, activity=activity)
    result = ask(state, max_transaction_seconds=60, max_replication_lag_seconds=10)
    assert result["verdict"] == ("undecided" if words else "passed")
    assert len(result["reasons"]) == len(words)
    assert all(reason.startswith(begin) for reason, begin in zip(result["reasons"], words))
    assert ask(state)["verdict"] == "passed", "nobody asked"


def test_an_expand_whose_sql_takes_something_away_is_not_believed_and_one_that_nobody_could_judge_asks() -> None:
    def doubted(vetoed: bool) -> Answer:
        state = store("V1 applied expand, V2 pending expand, V3 pending expand")
        state["migrations"][1].update(doubt="V2 is an expand by its header, and line 2 drops.", vetoed=vetoed)
        return database(state)

    for vetoed, verdict in ((True, "failed"), (False, "undecided")):
        result = ask(doubted(vetoed))
        assert (result["verdict"], result["apply"]) == (verdict, [])
        assert result["reasons"] == ["quotes (flyway, public.history): V2 is an expand by its header, and line 2 drops"]
        assert [(held["migration"], held["behind"]) for held in result["held"]] == [("V2", None), ("V3", "V2")]
