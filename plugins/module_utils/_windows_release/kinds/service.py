# SPDX-License-Identifier: GPL-3.0-or-later
"""A Windows service whose image is in the release. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.calls import ModuleCall, Move
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.kinds.kind import (
    Installed,
    Kind,
    absent,
    nothing_more,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.wanted import Wanted

INFO = "ansible.windows.win_service_info"


def info(wanted: Wanted) -> ModuleCall:
    return ModuleCall(INFO, {"name": wanted.name})


def read(wanted: Wanted, answers: Sequence[dict[str, Any]]) -> Installed:
    services = answers[0].get("services") or []
    if not services:
        raise absent("service", wanted.name, INFO)
    return Installed(services[0]["path"], services[0]["state"] == "started")


def moves(wanted: Wanted, installed: Installed, relink: Optional[Move]) -> list[Move]:
    """It stops before its image changes, so a switch that is killed half way leaves a stopped service, which is seen."""
    command = f'"{wanted.program}" {wanted.arguments}'.rstrip()
    if relink is None and installed.command == command:
        return [] if installed.running else [_started(wanted, command)]
    return [stopped(wanted), *([relink] if relink else []), _started(wanted, command)]


def stopped(wanted: Wanted) -> Move:
    return Move(
        f"stop service {wanted.name}",
        ModuleCall("ansible.windows.win_service", {"name": wanted.name, "state": "stopped"}),
    )


def _started(wanted: Wanted, command: str) -> Move:
    return Move(
        f"start service {wanted.name} as {command}",
        ModuleCall("ansible.windows.win_service", {"name": wanted.name, "path": command, "state": "started"}),
    )


SERVICE = Kind(info, nothing_more, read, moves)
