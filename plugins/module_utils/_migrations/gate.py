# SPDX-License-Identifier: GPL-3.0-or-later
"""The core of migration_gate: the states of all databases of a service in, one verdict out. Pure. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._gate import GateNotPassed
from ansible_collections.hybrid.rollout.plugins.module_utils._health.verdict import FAILED, PASSED, UNDECIDED
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations import rollback_check
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate_activity import in_the_way
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate_arguments import ROLLBACK
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate_fleet import FleetAnswer
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate_reasons import (
    Policy,
    Reason,
    verdict_of,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate_states import (
    DatabaseState,
    read_states,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate_trouble import notes, troubles
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.prefix import longest_prefix

Result = dict[str, Any]


def run(params: Mapping[str, Any], fleet: Optional[FleetAnswer]) -> Result:
    """The whole of ``migration_gate``; ``fleet`` is there where the phase is contract."""
    states, reasons = read_states("states", params["states"])
    reasons += moved(states, params["expected_fingerprints"])
    limits = (params["max_transaction_seconds"], params["max_replication_lag_seconds"])
    reasons += [reason for state in states for reason in in_the_way(state.name, state.activity, *limits)]
    result: Result = {
        "changed": False,
        "fingerprints": {state.name: state.fingerprint for state in states},
        "notes": [note for state in states for note in notes(state)],
        "apply": [],
        "held": [],
        "fleet": fleet.members if fleet else [],
        "window": fleet.window if fleet else None,
        "rollback": None,
    }
    if params["check"] == ROLLBACK:
        reasons += _way_back(params, states, result)
    else:
        policy = Policy(frozenset(params["accept"]), frozenset(params["may_skip"]))
        reasons += _way_on(params["phase"], states, policy, result)
        reasons += fleet.reasons if fleet else []
    result["verdict"] = verdict_of(reasons)
    result["reasons"] = [reason.words for reason in reasons]
    if result["verdict"] != PASSED:
        result["apply"] = []  # all databases or none
        where = ", ".join(result["fingerprints"]) or "no database"
        raise GateNotPassed(_summary(params, result), where, params["check"] or params["phase"], result)
    return result


def moved(states: Sequence[DatabaseState], expected: Optional[Mapping[str, Any]]) -> list[Reason]:
    """Somebody migrated since the fingerprints were taken, or nobody can say that nobody did."""
    if expected is None:
        return []
    found = {state.name: state.fingerprint for state in states}
    reasons = [
        Reason(FAILED, f"{name} has moved: its migrations are not what they were when expected_fingerprints was taken")
        for name, fingerprint in found.items()
        if name in expected and fingerprint != expected[name]
    ]
    for name in sorted(set(found) ^ set(expected)):
        missing = "states" if name in expected else "expected_fingerprints"
        reasons.append(Reason(UNDECIDED, f"{name} is not in {missing}, so nobody knows whether it has moved"))
    return reasons


def _way_on(phase: str, states: Sequence[DatabaseState], policy: Policy, result: Result) -> Iterator[Reason]:
    for state in states:
        yield from troubles(state, policy)
        for store in state.stores:
            prefix = longest_prefix(store, state.words(store), phase, policy)
            yield from prefix.reasons
            of = {"database": state.name, "tool": store.tool, "table": store.table}
            result["apply"].append({**of, "migrations": list(prefix.apply)})
            result["held"] += [
                {**of, "migration": held.migration, "why": held.why, "behind": held.behind} for held in prefix.held
            ]


def _way_back(params: Mapping[str, Any], states: Sequence[DatabaseState], result: Result) -> Iterator[Reason]:
    targets, unread = read_states("target_states", params["target_states"])
    yield from unread
    now = {state.name: state for state in states}
    answers: dict[str, str] = {}
    for target in targets:
        state = now.pop(target.name, None)
        if state is None or state.fingerprint != target.fingerprint:
            words = "was read for target_states only" if state is None else "moved between its two readings"
            yield Reason(UNDECIDED, f"{target.name} {words}: ask migration_info for both at once")
            continue
        trouble = list(troubles(target, Policy(rollback_check.ANSWERED | set(params["accept"]))))
        yield from trouble
        present = {(store.tool, store.table): store.standings for store in state.stores}
        for store in target.stores:
            found = list(
                rollback_check.findings(
                    target.words(store), store, present.get((store.tool, store.table), ()), params["starts_when_ahead"]
                )
            )
            answers[target.words(store)] = rollback_check.worst(found, in_trouble=bool(trouble))
            yield from rollback_check.reasons(found)
    for name in now:
        yield Reason(UNDECIDED, f"{name} is not in target_states: nobody compared it with {params['release']}")
    result["rollback"] = {"release": params["release"], "answers": answers}


def _summary(params: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    asked = f"rollback to {params['release']}" if params["check"] else str(params["phase"])
    if params["phase"] and params["release"]:
        asked += f" of {params['release']}"
    return f"Migration gate for {asked}: {result['verdict']}. {'; '.join(result['reasons'])}."
