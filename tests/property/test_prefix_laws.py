# SPDX-License-Identifier: GPL-3.0-or-later
"""For any bookkeeping: only what a phase lets through runs, it is a prefix where a tool runs in order, and nothing more could have run."""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._gate import GateNotPassed
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate import run
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate_reasons import ACCEPTABLE, Policy
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate_states import StoreState
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import Standing
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.prefix import longest_prefix
from ansible_collections.hybrid.rollout.tests.property._estates import examples
from hypothesis import event, given
from hypothesis import strategies as st

WOULD_RUN = {"pending", "out_of_order", "outdated", "undone"}
STATES = st.sampled_from([*(["pending"] * 6), *sorted(WOULD_RUN), "applied", "baseline", "ignored", "edited", "failed"])
PHASES = st.sampled_from(["expand", "expand", "expand", "contract", None, "cleanup"])
SKIPPING = ("knex", "liquibase", "rails", "sequelize")
TOOLS = st.sampled_from([*SKIPPING, "alembic", "efcore", "flyway", "golang_migrate", "goose", "unheard_of"])
ACCEPTED = st.frozensets(st.sampled_from(ACCEPTABLE))


@st.composite
def stores(draw: st.DrawFn) -> StoreState:
    standings = [
        Standing(f"V{number}", draw(STATES), phase=draw(PHASES)) for number in range(1, draw(st.integers(1, 9)))
    ]
    return StoreState(draw(TOOLS), "public.history", standings)


@examples(250)
@given(stores(), st.sampled_from(["expand", "contract"]), ACCEPTED)
def test_what_runs_is_declared_in_order_and_as_long_as_it_can_be(
    store: StoreState, phase: str, accept: frozenset[str]
) -> None:
    found = longest_prefix(store, "quotes", phase, Policy(accept))
    due = [standing for standing in store.standings if standing.state in WOULD_RUN]
    phase_of = {standing.name: standing.phase for standing in due}
    names = list(phase_of)
    lets_through = {"expand"} if phase == "expand" else {"expand", "contract"}
    declared = [name for name in names if phase_of[name] in lets_through]
    if phase == "contract" and "undeclared" in accept:
        declared = names
    assert set(found.apply) <= set(declared)
    assert sorted([*found.apply, *(held.migration for held in found.held)]) == sorted(names)
    if store.tool in SKIPPING:
        assert found.apply == declared
    else:
        length = len(found.apply)
        assert found.apply == names[:length]
        assert length == len(names) or names[length] not in declared
        behind = [name for name in names[length:] if phase_of[name] == "expand"]
        event(f"an expand stands behind what is held: {bool(behind)}")
        assert not behind or found.reasons
        assert {held.behind for held in found.held} <= {None, names[length] if length < len(names) else None}


def answer(store: StoreState, number: int) -> dict[str, Any]:
    migrations = [
        {"name": one.name, "state": one.state, "version": None, "phase": one.phase, "repeatable": False, "detail": ""}
        for one in store.standings
    ]
    told = {
        **{"tool": store.tool, "schema": "public", "table": "history", "alternatives": [], "migrations": migrations},
        **{"failure_detectable": True, "why_not": "", "in_progress": False, "stale_lock_suspected": False},
        "lock": {"held": False, "holder": "", "since": None, "outlives_holder": False},
    }
    found = {"database": f"shard{number}", "stores": [told], "fingerprint": "f", "compared": True, "leftovers": None}
    return {"engine": "mysql", **found}


def opened(shards: list[StoreState], accept: frozenset[str]) -> tuple[bool, dict[str, Any]]:
    params = {
        **{"phase": "expand", "check": None, "release": None, "accept": accept, "may_skip": []},
        **{
            "expected_fingerprints": None,
            "max_transaction_seconds": None,
            "max_replication_lag_seconds": None,
            "states": [answer(shard, number) for number, shard in enumerate(shards)],
        },
    }
    try:
        return True, run(params, None)
    except GateNotPassed as error:
        return False, error.result


@examples(80)
@given(st.lists(stores(), min_size=1, max_size=3), stores(), ACCEPTED)
def test_a_shut_gate_lets_nothing_run_and_one_more_shard_never_opens_it(
    shards: list[StoreState], another: StoreState, accept: frozenset[str]
) -> None:
    opens, result = opened(shards, accept)
    assert opens or result["apply"] == []
    assert (result["verdict"] == "passed") is opens is (result["reasons"] == [])
    more, _result = opened([*shards, another], accept)
    assert opens or not more
    alone, _result = opened([another], accept)
    assert more is (opens and alone)
