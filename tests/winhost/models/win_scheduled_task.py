# SPDX-License-Identifier: GPL-3.0-or-later
"""community.windows.win_scheduled_task: definitions only."""

from __future__ import annotations

from typing import Any

from ..host.host import Host
from ..host.scheduled_tasks import Task
from .call import Call, ModuleFailed
from .model import Model
from .unhandled import unhandled_is_told

DEFINITION = ("actions", "triggers", "username", "run_level", "logon_type", "enabled", "description", "display_name")


@unhandled_is_told
def carry_out(host: Host, call: Call) -> dict[str, Any]:
    name, folder = call.arguments["name"], call.get("path", "\\")
    task = host.tasks.find(folder, name)
    if call.get("state", "present") == "absent":
        if task is not None and not call.check:
            host.tasks.delete(task)
        return {"changed": task is not None}
    wanted = {option: call.get(option) for option in DEFINITION if call.get(option) is not None}
    for action in wanted.get("actions", []):
        if not action.get("path"):
            raise ModuleFailed("action entry must contain the key 'path'")
    if task is None and not wanted.get("actions"):
        raise ModuleFailed("cannot create a task with no actions, set at least one action with a path to an executable")
    definition = {**(task.definition if task else {}), **wanted}
    changed = task is None or task.definition != definition
    if changed and not call.check:
        host.tasks.register(Task(name, folder, definition))
    return {"changed": changed}


MODEL = Model(
    module="community.windows.win_scheduled_task",
    honours=frozenset({"name", "path", "state", *DEFINITION}),
    ignores={
        "password": "no account of the model has a password",
        "update_password": "no account of the model has a password",
    },
    script_sha256={
        "a24a38351245c1ecbb5c75d7bfbfe4ae48f10071f46f46bfe49a084c31cb7c28": "3.1.0",
        "abb47b0f269630623d5697d703d4d53012a2a596ce6776461569467090f082b3": "3.3.0",
    },
    differences=("a task is never run", "triggers are kept as they are given, not checked"),
    carry_out=carry_out,
)
