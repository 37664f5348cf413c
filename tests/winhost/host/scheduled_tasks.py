# SPDX-License-Identifier: GPL-3.0-or-later
"""The task scheduler: definitions are kept by folder and name. No task is ever run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Task:
    name: str
    folder: str
    definition: dict[str, Any]


@dataclass
class ScheduledTasks:
    registered: dict[tuple[str, str], Task] = field(default_factory=dict)

    def find(self, folder: str, name: str) -> Task | None:
        return self.registered.get(_key(folder, name))

    def register(self, task: Task) -> None:
        self.registered[_key(task.folder, task.name)] = task

    def delete(self, task: Task) -> None:
        del self.registered[_key(task.folder, task.name)]

    def names_in(self, folder: str) -> list[str]:
        wanted, _name = _key(folder, "")
        return [task.name for (where, _name), task in sorted(self.registered.items()) if where == wanted]


def _key(folder: str, name: str) -> tuple[str, str]:
    return "\\" + folder.strip("\\").lower(), name.lower()
