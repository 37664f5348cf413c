# SPDX-License-Identifier: GPL-3.0-or-later
"""What a kind of service has to answer. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Callable, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import NotFound
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.calls import ModuleCall, Move
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.wanted import Wanted


@dataclass(frozen=True)
class Installed:
    """The command line, the program or the folder that Windows has for it, and whether it runs (None: not asked).

    ``kept`` are settings that the module which switches would lose unless it is told them again.
    """

    command: str
    running: Optional[bool]
    kept: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Kind:
    """``proof`` shows that it is there and what it runs; ``more`` is asked in addition before a switch without a staged step."""

    proof: Callable[[Wanted], ModuleCall]
    more: Callable[[Wanted], tuple[ModuleCall, ...]]
    read: Callable[[Wanted, Sequence[dict[str, Any]]], Installed]
    moves: Callable[[Wanted, Installed, Optional[Move]], list[Move]]
    restarts: bool = True


def nothing_more(_wanted: Wanted) -> tuple[ModuleCall, ...]:
    return ()


def absent(what: str, name: str, call: str) -> NotFound:
    return NotFound(
        f"The member has no {what} {name}. Nothing was changed. Create it once, or correct the options.",
        endpoint=name,
        command=call,
    )
