# SPDX-License-Identifier: GPL-3.0-or-later
"""A scheduled task with one action, the program in the release. Private to hybrid.rollout."""

from __future__ import annotations

import ntpath
from collections.abc import Sequence
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import Refused
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.calls import ModuleCall, Move
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.kinds.kind import (
    Installed,
    Kind,
    absent,
    nothing_more,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.wanted import Wanted

STAT = "community.windows.win_scheduled_task_stat"


def stat(wanted: Wanted) -> ModuleCall:
    return ModuleCall(STAT, _place(wanted))


def read(wanted: Wanted, answers: Sequence[dict[str, Any]]) -> Installed:
    if not answers[0].get("task_exists"):
        raise absent("scheduled task", wanted.name, STAT)
    actions = answers[0].get("actions") or []
    if len(actions) != 1:
        raise Refused(
            f"Scheduled task {wanted.name} has {len(actions)} actions; only a task with one is switched. Nothing was changed.",
            endpoint=wanted.name,
            command=STAT,
            reply=f"{len(actions)} actions",
        )
    action = {key.lower(): value or "" for key, value in actions[0].items()}
    return Installed(f"{action.get('path', '')} {action.get('arguments', '')}".rstrip(), None)


def moves(wanted: Wanted, installed: Installed, relink: Optional[Move]) -> list[Move]:
    """A run that is under way goes on with the release that it began with. Arguments that are left out would not be taken away."""
    command = f"{wanted.program} {wanted.arguments}".rstrip()
    action = {
        "path": wanted.program,
        "arguments": wanted.arguments,
        "working_directory": ntpath.dirname(wanted.program),
    }
    changed = Move(
        f"have scheduled task {wanted.name} run {command}",
        ModuleCall("community.windows.win_scheduled_task", {**_place(wanted), "actions": [action]}),
    )
    return [*([relink] if relink else []), *([] if installed.command == command else [changed])]


def _place(wanted: Wanted) -> dict[str, str]:
    folder, _separator, name = wanted.name.rpartition("\\")
    return {"path": "\\" + folder.strip("\\"), "name": name}


SCHEDULED_TASK = Kind(stat, nothing_more, read, moves, restarts=False)
