# SPDX-License-Identifier: GPL-3.0-or-later
"""The longest run of a store's pending migrations that a phase lets through. Pure. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._health.verdict import FAILED, UNDECIDED
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.doubts import DUE
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate_reasons import (
    UNDECLARED,
    Policy,
    Reason,
    together,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate_states import StoreState
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import (
    CONTRACT,
    EXPAND,
    Standing,
)

# Tools that can be told to leave one migration out and to run a later one. All others, and any that is not known, run in order.
MAY_SKIP = frozenset({"knex", "liquibase", "rails", "sequelize"})


@dataclass(frozen=True)
class Held:
    """A migration that may not run now; ``behind`` is the one that it would have to pass."""

    migration: str
    why: str
    behind: Optional[str] = None


@dataclass(frozen=True)
class Prefix:
    """What may run, in the tool's order, and what may not. ``reasons`` are why a release cannot live with that."""

    apply: Sequence[str]
    held: Sequence[Held]
    reasons: Sequence[Reason]


def skips(store: StoreState, policy: Policy) -> bool:
    return store.tool in MAY_SKIP | policy.may_skip


def longest_prefix(store: StoreState, called: str, phase: str, policy: Policy) -> Prefix:
    """``called`` is how reasons name the store."""
    apply: list[str] = []
    held: list[Held] = []
    stuck: list[str] = []
    undeclared: list[str] = []
    doubted: list[Standing] = []
    first: Optional[Standing] = None
    for standing in store.standings:
        if standing.state not in DUE:
            continue
        why = _why_held(standing, phase, policy)
        if why:
            first = first or standing
            held.append(Held(standing.name, why))
            if _is_undeclared(standing) and UNDECLARED not in policy.accept:
                undeclared.append(standing.name)
            if standing.doubt and phase == EXPAND:
                doubted.append(standing)
        elif first and not skips(store, policy):
            held.append(Held(standing.name, f"{store.tool} runs in order, and {first.name} is held", first.name))
            stuck.append(standing.name)
        else:
            apply.append(standing.name)
    reasons = [*_undeclared(called, undeclared), *_doubted(called, doubted), *_stuck(called, stuck, first, policy)]
    return Prefix(apply, held, reasons)


def _is_undeclared(standing: Standing) -> bool:
    return standing.phase not in (EXPAND, CONTRACT)


def _why_held(standing: Standing, phase: str, policy: Policy) -> Optional[str]:
    if standing.phase == EXPAND:
        return (standing.doubt or None) if phase == EXPAND else None
    if _is_undeclared(standing):
        if UNDECLARED not in policy.accept:
            return "nobody declared its phase"
        return None if phase == CONTRACT else "nobody declared its phase, so it counts as contract"
    return None if phase == CONTRACT else "contract: the release before may need what it takes away"


def _undeclared(called: str, names: Sequence[str]) -> list[Reason]:
    if not names:
        return []
    words = f"{together(names, 'has', 'have')} no declared phase. Its author has to say expand or contract"
    return [Reason(UNDECIDED, f"{called}: {words}")]


def _doubted(called: str, standings: Sequence[Standing]) -> list[Reason]:
    return [
        Reason(FAILED if standing.vetoed else UNDECIDED, f"{called}: {standing.doubt.rstrip('.')}")
        for standing in standings
    ]


def _stuck(called: str, names: Sequence[str], first: Optional[Standing], policy: Policy) -> list[Reason]:
    """What stands behind a migration without a phase, or one whose phase is doubted, is told with that one."""
    if not names or first is None or first.doubt or (_is_undeclared(first) and UNDECLARED not in policy.accept):
        return []
    return [
        Reason(
            FAILED,
            f"{called}: {together(names, 'is', 'are')} expand and cannot run before {first.name}, which is contract and held, because this "
            "tool runs in order. Let the contract of the release before run first, or ship this contract in a later release",
        )
    ]
