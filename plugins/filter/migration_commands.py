# SPDX-License-Identifier: GPL-3.0-or-later
"""What to run for the migrations that a gate has let through: hybrid.rollout.migration_commands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.doubts import DUE
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import APPLIED
from ansible_collections.hybrid.rollout.plugins.plugin_utils._migration_commands import commands_for, shown_by

DOCUMENTATION = r"""
name: migration_commands
short_description: What to run for the migrations that a gate has let through
version_added: 0.2.0
author: The hybrid.rollout contributors (@hybrid-rollout)
description:
  - Says for each database of a service the commands that run the migrations which M(hybrid.rollout.migration_gate) let through, and no
    others. The role P(hybrid.rollout.database_migration#role) runs them.
  - Fails where a tool cannot do that, such as one that runs everything that is pending while a contract is held.
positional: _input, states, apply
options:
  _input:
    description: The databases, as the role takes them.
    type: list
    elements: dict
    required: true
  states:
    description: What M(hybrid.rollout.migration_info) said of each, in the same order, each with its C(name).
    type: list
    elements: dict
    required: true
  apply:
    description: C(apply) of the gate's result.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Show what would run
  ansible.builtin.debug:
    msg: "{{ databases | hybrid.rollout.migration_commands(states, gate.apply) }}"
"""

RETURN = r"""
_value:
  description:
    - One dictionary for each command, with the C(name) of its database, its C(host), C(argv), and C(until), the last migration that it runs.
    - C(shows) is true for a command that shows the SQL and runs nothing.
  type: list
  elements: dict
"""


def migration_commands(
    databases: Sequence[Mapping[str, Any]], states: Sequence[Mapping[str, Any]], apply: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    try:
        return [
            command
            for database, state in zip(databases, states, strict=True)
            for command in _of(database, state, [one for one in apply if one["database"] == database["name"]])
        ]
    except BadInput as error:
        raise AnsibleFilterError(str(error)) from error


def _of(
    database: Mapping[str, Any], state: Mapping[str, Any], apply: Sequence[Mapping[str, Any]]
) -> Iterator[dict[str, Any]]:
    names = [name for one in apply for name in one["migrations"]]
    standings = [standing for store in state["stores"] for standing in store["migrations"]]
    due = [standing["name"] for standing in standings if standing["state"] in DUE]
    applied = [standing["name"] for standing in standings if standing["state"] == APPLIED]
    runs = commands_for(database, names, due)
    shows = shown_by(database, names, applied[-1] if applied else "") or []
    for is_shown, commands in ((False, runs), (True, shows)):
        for words in commands:
            yield {
                "name": database["name"],
                "host": database.get("host") or "localhost",
                "argv": [*database["program"], *words, *database.get("arguments", [])],
                "until": names[-1],
                "migrations": names,
                "shows": is_shown,
            }


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"migration_commands": migration_commands}
