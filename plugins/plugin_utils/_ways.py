# SPDX-License-Identifier: GPL-3.0-or-later
"""How Ansible would connect to each member, read as Ansible itself reads it, and what that lacks. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible import constants, context
from ansible.errors import AnsibleError
from ansible.plugins.loader import connection_loader
from ansible_collections.hybrid.rollout.plugins.module_utils._connections.kinds import KINDS, Kind
from ansible_collections.hybrid.rollout.plugins.module_utils._connections.way import WORD, Way, reason_in
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.plugin_utils._host_key_checking import host_key_checking

SAME = {"smart": "ssh", "paramiko": "paramiko_ssh"}


def ways_to(members: Iterable[str], hostvars: Mapping[str, Mapping[str, Any]]) -> list[Way]:
    return [_way_to(member, hostvars[member]) for member in members if member in hostvars]


def _way_to(member: str, variables: Mapping[str, Any]) -> Way:
    """Where variables name no connection it is the one of the command line or of ansible.cfg. That of this play may be another."""
    usual = context.CLIARGS.get("connection") or constants.DEFAULT_TRANSPORT
    try:
        plugin = str(variables.get("ansible_connection") or usual).removeprefix("ansible.builtin.")
        plugin = SAME.get(plugin, plugin)
        kind = KINDS.get(plugin)
        lacks = tuple(kind.weaknesses(_options(member, plugin, kind, variables))) if kind else ()
        return Way(member, lacks, reason_in(member, variables.get(WORD)))
    except AnsibleError as error:
        raise BadInput(f"The way to {member} cannot be judged: {error}") from error


def _options(member: str, plugin: str, kind: Kind, variables: Mapping[str, Any]) -> dict[str, Any]:
    """From variables, command line, environment, ansible.cfg and defaults."""
    connection_loader.get(plugin, class_only=True)  # makes its options known
    options = {
        name: constants.config.get_config_value(name, plugin_type="connection", plugin_name=plugin, variables=variables)
        for name in kind.options
    }
    options.update((name, variables[name]) for name in kind.variables if name in variables)
    if plugin == "ssh":
        options["StrictHostKeyChecking"] = host_key_checking(member, options)
    return options
