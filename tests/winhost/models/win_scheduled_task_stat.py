# SPDX-License-Identifier: GPL-3.0-or-later
"""community.windows.win_scheduled_task_stat."""

from __future__ import annotations

from typing import Any

from ..host.host import Host
from ..host.scheduled_tasks import Task
from .call import Call
from .model import Model
from .unhandled import unhandled_is_told


@unhandled_is_told
def carry_out(host: Host, call: Call) -> dict[str, Any]:
    folder, name = call.get("path", "\\"), call.get("name")
    names = host.tasks.names_in(folder)
    result: dict[str, Any] = {"changed": False, "folder_exists": bool(names) or folder == "\\"}
    if result["folder_exists"]:
        result |= {"folder_task_names": names, "folder_task_count": len(names)}
    if name is not None:
        task = host.tasks.find(folder, name)
        result["task_exists"] = task is not None
        if task is not None:
            result |= _told(task)
    return result


def _told(task: Task) -> dict[str, Any]:
    known = task.definition
    enabled = known.get("enabled", True)
    return {
        "state": {"status": "TASK_STATE_READY" if enabled else "TASK_STATE_DISABLED", "last_task_result": 267011},
        "settings": {"enabled": enabled},
        "registration_info": {"description": known.get("description")},
        "principal": {"user_id": known.get("username"), "display_name": known.get("display_name")},
        "triggers": [dict(trigger) for trigger in known.get("triggers", [])],
        "actions": [
            {
                "type": "TASK_ACTION_EXEC",
                "path": action["path"],
                "arguments": action.get("arguments"),
                "working_directory": action.get("working_directory"),
            }
            for action in known["actions"]
        ],
    }


MODEL = Model(
    module="community.windows.win_scheduled_task_stat",
    honours=frozenset({"name", "path"}),
    script_sha256={
        "f490d3f7fa6388ebd04eb303ee822de1cdce1e405dc280c2e7d62e14ca3e2127": "3.1.0, 3.3.0",
    },
    differences=("a task has never run; triggers are told as they were given; few settings",),
    carry_out=carry_out,
)
