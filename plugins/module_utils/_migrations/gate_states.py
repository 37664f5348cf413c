# SPDX-License-Identifier: GPL-3.0-or-later
"""What migration_info said of each database, as values. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._health.verdict import COULD_NOT_ASK
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate_reasons import Reason
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import Standing


@dataclass(frozen=True)
class StoreState:
    """One tool's bookkeeping. ``table`` is empty where it has none yet, ``in_progress`` None where nobody can see it from outside."""

    tool: str
    table: str
    standings: Sequence[Standing] = ()
    in_progress: Optional[bool] = False
    holder: str = ""
    stale_lock_suspected: bool = False
    failure_detectable: bool = True
    why_not: str = ""
    alternatives: Sequence[str] = ()


@dataclass(frozen=True)
class DatabaseState:
    """``compared``: with a release's migrations; without, nothing is known to be pending."""

    name: str
    stores: Sequence[StoreState]
    fingerprint: Optional[str] = None
    compared: bool = True
    leftovers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    activity: Optional[Mapping[str, Any]] = None

    def words(self, store: StoreState) -> str:
        """How a reason names the store: two of one tool may be in a database."""
        return f"{self.name} ({store.tool}, {store.table or 'no table'})"


def read_states(option: str, given: Sequence[Mapping[str, Any]]) -> tuple[list[DatabaseState], list[Reason]]:
    """The databases, and a reason for each that could not be read. BadInput names what is no answer of migration_info."""
    if not given:
        raise BadInput(f"{option} is empty: a gate that looks at no database would always open.")
    states, reasons = [], []
    for number, answer in enumerate(given):
        where = f"{option}[{number}]"
        if answer.get("failed") or answer.get("unreachable") or answer.get("skipped"):
            ended = next(word for word in ("unreachable", "failed", "skipped") if answer.get(word))
            said = str(answer.get("msg") or answer.get("skip_reason") or "it said nothing")
            reasons.append(Reason(COULD_NOT_ASK, f"{where} could not be read, its task was {ended}: {said}"))
        else:
            states.append(_read(where, answer))
    names = [state.name for state in states]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadInput(
            f"{option} has two databases that are called {twice[0]}. Give each a name of its own, "
            "such as name: shard1 for migration_info."
        )
    return states, reasons


def _read(where: str, answer: Mapping[str, Any]) -> DatabaseState:
    try:
        leftovers = answer.get("leftovers") or {}
        return DatabaseState(
            name=str(answer.get("name") or answer["database"]),
            stores=[_read_store(store) for store in answer["stores"]],
            fingerprint=answer["fingerprint"],
            compared=bool(answer["compared"]),
            leftovers={kind: [str(one) for one in found or ()] for kind, found in leftovers.items()},
            activity=answer.get("activity"),
        )
    except KeyError as error:
        raise BadInput(f"{where} is no answer of migration_info: it has no {error.args[0]}.") from error
    except (AttributeError, TypeError, ValueError) as error:
        raise BadInput(f"{where} is no answer of migration_info: {error}.") from error


def _read_store(store: Mapping[str, Any]) -> StoreState:
    lock = store["lock"]
    return StoreState(
        tool=store["tool"],
        table=".".join(part for part in (store["schema"], store["table"]) if part) if store["table"] else "",
        standings=[_read_standing(migration) for migration in store["migrations"]],
        # A lock that reads free proves nothing where its tool takes it inside a transaction: the reader knows.
        in_progress=True if lock["held"] else store["in_progress"],
        holder=lock["holder"] or "",
        stale_lock_suspected=store["stale_lock_suspected"],
        failure_detectable=store["failure_detectable"],
        why_not=store["why_not"] or "",
        alternatives=store["alternatives"],
    )


def _read_standing(migration: Mapping[str, Any]) -> Standing:
    return Standing(
        name=migration["name"],
        state=migration["state"],
        version=migration["version"],
        phase=migration["phase"],
        repeatable=bool(migration["repeatable"]),
        detail=migration["detail"] or "",
        doubt=migration.get("doubt") or "",
        vetoed=bool(migration.get("vetoed")),
    )
