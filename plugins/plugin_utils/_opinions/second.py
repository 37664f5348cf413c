# SPDX-License-Identifier: GPL-3.0-or-later
"""Second opinions on the SQL of migrations that their authors call an expand. They only take trust away. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.phase import HOW_TO_ANSWER, HOW_TO_MEND
from ansible_collections.hybrid.rollout.plugins.plugin_utils._opinions import by_sqlglot, by_squawk
from ansible_collections.hybrid.rollout.plugins.plugin_utils._opinions.opinion import Opinion


@dataclass(frozen=True)
class Tool:
    engines: Sequence[str]
    ask: Callable[[str, str], list[Opinion]]


TOOLS = {
    "sqlglot": Tool(tuple(by_sqlglot.DIALECTS), by_sqlglot.opinions),
    "squawk": Tool(("postgresql",), by_squawk.opinions),
}


def with_opinions(states: Sequence[Mapping[str, Any]], tools: Sequence[str]) -> list[Mapping[str, Any]]:
    """The answers of migration_info, with a doubt where a tool has one. BadInput where they have no SQL to ask about."""
    for number, state in enumerate(states):
        if state.get("stores") and not state.get("with_sql"):
            raise BadInput(
                f"opinions is set, and states[{number}] has no SQL to ask about. Let migration_info read it: with_sql: true."
            )
    return [_of_database(state, tools) if state.get("stores") else state for state in states]


def _of_database(state: Mapping[str, Any], tools: Sequence[str]) -> Mapping[str, Any]:
    engine = state["engine"]
    asked = [name for name in tools if engine in TOOLS[name].engines]
    stores = [
        {**store, "migrations": [_of_migration(one, engine, asked) for one in store["migrations"]]}
        for store in state["stores"]
    ]
    return {**state, "stores": stores}


def _of_migration(migration: Mapping[str, Any], engine: str, tools: Sequence[str]) -> Mapping[str, Any]:
    if not migration.get("sql") or migration.get("vetoed"):
        return migration
    found = [(name, opinion) for name in tools for opinion in TOOLS[name].ask(migration["sql"], engine)]
    veto = next(((name, opinion) for name, opinion in found if opinion.vetoes), None)
    if veto:
        return {**migration, "doubt": _told(migration["name"], *veto), "vetoed": True}
    if found and not migration["reviewed"] and not migration["doubt"]:
        return {**migration, "doubt": _told(migration["name"], *found[0])}
    return migration


def _told(name: str, tool: str, opinion: Opinion) -> str:
    how = HOW_TO_MEND if opinion.vetoes else HOW_TO_ANSWER
    return f"{name} is an expand by its author's word, and {tool} says of line {opinion.line}: {opinion.words}. {how}"
