# SPDX-License-Identifier: GPL-3.0-or-later
"""Which module a task calls with which arguments, in every spelling that Ansible reads: it is Ansible that reads them."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Optional

from ansible.errors import AnsibleError
from ansible.parsing.mod_args import FREEFORM_ACTIONS, ModuleArgsParser
from ansible.plugins.loader import module_loader

from ..argument_spec.installed import COLLECTIONS
from ..argument_spec.values import Template
from .tasks import Found


class Unreadable(Exception):
    """Ansible would not run the task, and why."""


@dataclass(frozen=True)
class Call:
    module: str
    arguments: dict[str, Any]
    all_from_a_variable: bool


def windows_call(found: Found) -> Optional[Call]:
    """None where the task is not of a Windows module."""
    collections = (*(name for name in found.surroundings.collections if name in COLLECTIONS), "ansible.legacy")
    try:
        action, arguments, _host = ModuleArgsParser(dict(found.written), list(collections)).parse(
            skip_action_validation=True
        )
    except AnsibleError as error:
        if any(is_windows(str(key)) for key in found.written):
            raise Unreadable(str(error).splitlines()[0]) from error
        return None
    module = real_name(action, collections)
    if not is_windows(module):
        return None
    given = dict(arguments)
    variable = given.pop("_variable_params", None) is not None
    if action not in FREEFORM_ACTIONS and isinstance(made(given.get("_raw_params")), Template):
        variable = bool(given.pop("_raw_params"))
    for name, options in found.surroundings.defaults.items():
        if real_name(name, collections) == module:
            given = {**options, **given}
    return Call(module, {name: made(value) for name, value in given.items()}, variable)


def is_windows(module: str) -> bool:
    return module.startswith(tuple(f"{collection}." for collection in COLLECTIONS))


@functools.cache
def real_name(module: str, collections: tuple[str, ...]) -> str:
    """Through the short names and the moves that collections have made."""
    if "." in module and not is_windows(module) and not module.startswith(("ansible.builtin.", "ansible.legacy.")):
        return module
    try:
        context = module_loader.find_plugin_with_context(module, collection_list=list(collections))
    except AnsibleError:
        return module
    return str(context.resolved_fqcn or module)


def made(value: Any) -> Any:
    """Templates are values that nobody knows yet."""
    if isinstance(value, str) and ("{{" in value or "{%" in value):
        return Template(value)
    if isinstance(value, Mapping):
        return {key: made(inner) for key, inner in value.items()}
    return [made(inner) for inner in value] if isinstance(value, list) else value
