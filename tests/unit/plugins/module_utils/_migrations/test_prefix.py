# SPDX-License-Identifier: GPL-3.0-or-later
"""Which pending migrations a phase lets through, and which contract holds back which expand."""

from __future__ import annotations

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate_reasons import Policy
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate_states import read_states
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.prefix import Prefix, longest_prefix
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._migrations._states import database, store

IN_ORDER = ("alembic", "dbup", "efcore", "flyway", "golang_migrate", "goose", "sqitch", "a_tool_that_nobody_knows")
ANY_ORDER = ("knex", "liquibase", "rails", "sequelize")


def prefix(migrations: str, phase: str = "expand", tool: str = "flyway", **policy: frozenset[str]) -> Prefix:
    states, _reasons = read_states("states", [database(store(migrations, tool))])
    return longest_prefix(states[0].stores[0], "quotes", phase, Policy(**policy))


CASES = [
    ("expands run", "V1 applied expand, V2 pending expand, V3 pending expand", "expand", "V2 V3", ""),
    ("a contract at the end waits", "V1 pending expand, V2 pending contract", "expand", "V1", "V2"),
    ("a contract runs when it is asked for", "V1 applied expand, V2 pending contract", "contract", "V2", ""),
    ("so does an expand before it", "V1 pending expand, V2 pending contract", "contract", "V1 V2", ""),
    ("what nobody declared never runs", "V1 pending expand, V2 pending", "expand", "V1", "V2"),
    ("not as a contract either", "V1 pending, V2 pending contract", "contract", "", "V1 V2"),
    ("a word that is no phase is none", "V1 pending cleanup", "expand", "", "V1"),
    (
        "what has run or never will is no matter",
        "V1 applied, V2 baseline, V3 ignored, V4 skipped contract",
        "expand",
        "",
        "",
    ),
    ("a view that changed runs again", "V1 applied, R1 outdated expand", "expand", "R1", ""),
    ("what was undone would run again", "V1 undone contract, V2 pending expand", "expand", "", "V1 V2"),
]


@pytest.mark.parametrize(
    ("migrations", "phase", "apply", "held"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_what_may_run_and_what_is_held(migrations: str, phase: str, apply: str, held: str) -> None:
    found = prefix(migrations, phase)
    assert (" ".join(found.apply), " ".join(one.migration for one in found.held)) == (apply, held)


@pytest.mark.parametrize("tool", IN_ORDER)
def test_a_tool_that_runs_in_order_cannot_pass_a_held_contract_and_the_plan_is_refused(tool: str) -> None:
    found = prefix("V1 pending expand, V2 pending contract, V3 pending expand, V4 pending expand", tool=tool)
    assert found.apply == ["V1"]
    assert [(held.migration, held.behind) for held in found.held] == [("V2", None), ("V3", "V2"), ("V4", "V2")]
    (reason,) = found.reasons
    assert reason.verdict == "failed"
    assert "V3 and V4 are expand and cannot run before V2, which is contract and held" in reason.words


@pytest.mark.parametrize("tool", ANY_ORDER)
def test_a_tool_that_can_leave_one_out_goes_on_behind_it(tool: str) -> None:
    found = prefix("V1 pending expand, V2 pending contract, V3 pending expand", tool=tool)
    assert (found.apply, [held.migration for held in found.held], found.reasons) == (["V1", "V3"], ["V2"], [])


def test_a_team_that_picks_its_scripts_says_so_itself() -> None:
    found = prefix("V2 pending contract, V3 pending expand", may_skip=frozenset({"flyway"}))
    assert (found.apply, found.reasons) == (["V3"], [])


def test_what_nobody_declared_is_undecided_until_it_is_accepted_as_contract() -> None:
    migrations = "V1 pending, V2 pending expand"
    (reason,) = prefix(migrations).reasons
    assert (reason.verdict, reason.words) == (
        "undecided",
        "quotes: V1 has no declared phase. Its author has to say expand or contract",
    )
    accepted = frozenset({"undeclared"})
    held = prefix(migrations, accept=accepted)
    assert (held.apply, [reason.verdict for reason in held.reasons]) == ([], ["failed"])
    assert prefix(migrations, "contract", accept=accepted).apply == ["V1", "V2"]
    assert prefix("V1 pending", accept=accepted).reasons == []
