# SPDX-License-Identifier: GPL-3.0-or-later
"""A module call as data, and a move that it carries out. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Callable


@dataclass(frozen=True)
class ModuleCall:
    """A module by its full name. Its arguments are not shown: they may hold headers that are secret."""

    module: str
    arguments: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Move:
    """What changes, in words, and the call that changes it."""

    words: str
    call: ModuleCall


# Carries a call out on the member; a failed one is raised as a RolloutError.
Ask = Callable[[ModuleCall], dict[str, Any]]


def remove(path: str) -> ModuleCall:
    return ModuleCall("ansible.windows.win_file", {"path": path, "state": "absent"})
