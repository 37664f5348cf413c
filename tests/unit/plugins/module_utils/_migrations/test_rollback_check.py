# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether an older release can come back, told before any member leaves its pool."""

from __future__ import annotations

from typing import Any, Optional

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate_states import read_states
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import Standing
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.rollback_check import Finding, findings, worst
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._migrations._states import database, store

REFUSES = "old_version_will_refuse_to_start"


def found(
    migrations: str, tool: str, phases: Optional[dict[str, Optional[str]]] = None, **starts: bool
) -> tuple[str, list[Finding]]:
    states, _reasons = read_states("target_states", [database(store(migrations, tool))])
    present = [Standing(name, "applied", phase=phase) for name, phase in (phases or {}).items()]
    found = list(findings("quotes", states[0].stores[0], present, starts))
    return worst(found, in_trouble=False), found


TOOLS: list[tuple[str, str]] = [
    *((tool, REFUSES) for tool in ("alembic", "golang_migrate", "sqitch")),
    *((tool, "safe") for tool in ("django", "efcore", "flyway", "goose", "grate", "liquibase", "rails")),
    *((tool, "unknown") for tool in ("atlas", "dbmate", "dbup", "knex", "a_tool_that_nobody_knows")),
]


@pytest.mark.parametrize(("tool", "answer"), TOOLS)
def test_an_expand_that_is_newer_is_safe_where_the_tool_of_the_old_release_starts_with_it(
    tool: str, answer: str
) -> None:
    assert found("V1 applied, V2 ahead", tool, {"V2": "expand"})[0] == answer


@pytest.mark.parametrize("tool", ["alembic", "dbmate", "flyway"])
def test_who_knows_better_how_a_service_starts_says_so(tool: str) -> None:
    assert found("V2 ahead", tool, {"V2": "expand"}, **{tool: True})[0] == "safe"
    assert found("V2 ahead", tool, {"V2": "expand"}, **{tool: False})[0] == REFUSES


def test_a_contract_that_has_run_blocks_the_way_back_and_is_named() -> None:
    answer, (finding,) = found(
        "V2 ahead, V3 ahead, V4 ahead", "flyway", {"V2": "expand", "V3": "contract", "V4": "contract"}
    )
    assert answer == "blocked_by_contract"
    assert finding.words == "quotes: V3 and V4 have taken away what the old release may need"


CASES: list[tuple[str, str, str, dict[str, Any], str]] = [
    ("nothing newer has run", "V1 applied, R1 superseded", "flyway", {}, "safe"),
    ("nobody declared what has run", "V2 ahead", "flyway", {}, "unknown"),
    ("the store itself has its phase", "V2 ahead contract", "liquibase", {}, "blocked_by_contract"),
    ("the release's word counts before the store's", "V2 ahead contract", "liquibase", {"V2": "expand"}, "safe"),
    ("a contract is worse than a refusal", "V2 ahead", "alembic", {"V2": "contract"}, "blocked_by_contract"),
    ("a refusal is worse than not knowing", "V2 ahead", "alembic", {}, REFUSES),
    ("another text in a tool with checksums", "V1 edited", "flyway", {}, REFUSES),
    ("another text elsewhere", "V1 edited", "sqitch", {}, "unknown"),
    ("one in between that it does not know", "V1 missing", "flyway", {"V1": "expand"}, "unknown"),
    ("the same where the tool stops at it", "V1 missing", "alembic", {"V1": "expand"}, REFUSES),
    ("a contract in between", "V1 missing", "flyway", {"V1": "contract"}, "blocked_by_contract"),
    ("one that it needs has not run", "V1 pending expand", "flyway", {}, "unknown"),
]


@pytest.mark.parametrize(
    ("migrations", "tool", "phases", "answer"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_the_worst_that_is_found_is_the_answer(
    migrations: str, tool: str, phases: dict[str, Optional[str]], answer: str
) -> None:
    assert found(migrations, tool, phases)[0] == answer


def test_what_lies_below_the_only_one_that_a_tool_keeps_is_known_to_the_present_release() -> None:
    phases: dict[str, Optional[str]] = {"1": "expand", "2": "contract", "3": "expand"}
    answer, (blocked, refuses) = found("1 applied, 3 ahead", "golang_migrate", phases)
    assert (answer, blocked.words) == ("blocked_by_contract", "quotes: 2 has taken away what the old release may need")
    assert refuses.words.startswith("quotes: 3 and 2 are newer than the old release, and golang_migrate stops")
    assert found("1 applied", "goose", phases)[0] == "blocked_by_contract"


def test_an_old_alembic_that_does_not_know_the_head_cannot_tell_what_has_run_and_the_present_one_can() -> None:
    target = "a unknown, b unknown, c ahead"
    assert found(target, "alembic", {"a": "expand", "b": "expand", "c": "expand"})[0] == REFUSES
    assert found(target, "alembic", {"a": "expand", "b": "expand", "c": "expand"}, alembic=True)[0] == "safe"
    assert found(target, "alembic", {"a": "expand", "c": "expand"}, alembic=True)[0] == "unknown"
