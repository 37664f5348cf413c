# SPDX-License-Identifier: GPL-3.0-or-later
"""A console program that NSSM runs as a service. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.calls import ModuleCall, Move
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.kinds.kind import Installed, Kind, absent
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.kinds.service import info, stopped
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.wanted import Wanted

REGISTRY = "ansible.windows.win_reg_stat"
_KEPT = {"stdout_file": "AppStdout", "stderr_file": "AppStderr"}


def parameters(wanted: Wanted) -> ModuleCall:
    """Where NSSM keeps what it runs."""
    return ModuleCall(REGISTRY, {"path": rf"HKLM:\SYSTEM\CurrentControlSet\Services\{wanted.name}\Parameters"})


def state(wanted: Wanted) -> tuple[ModuleCall, ...]:
    return (info(wanted),)


def read(wanted: Wanted, answers: Sequence[dict[str, Any]]) -> Installed:
    values = {name: entry["value"] for name, entry in (answers[0].get("properties") or {}).items()}
    if not values.get("Application"):
        raise absent("service of NSSM", wanted.name, REGISTRY)
    running = None
    if len(answers) > 1:
        running = any(service["state"] == "started" for service in answers[1].get("services") or [])
    kept = {option: values[name] for option, name in _KEPT.items() if values.get(name)}
    return Installed(f"{values['Application']} {values.get('AppParameters', '')}".rstrip(), running, kept)


def moves(wanted: Wanted, installed: Installed, relink: Optional[Move]) -> list[Move]:
    command = f"{wanted.program} {wanted.arguments}".rstrip()
    started = Move(
        f"have NSSM start {wanted.name} as {command}",
        ModuleCall(
            "community.windows.win_nssm",
            {
                **installed.kept,
                "name": wanted.name,
                "application": wanted.program,
                "arguments": wanted.arguments,
                "state": "started",
            },
        ),
    )
    if relink is None and installed.command == command:
        return [started] if installed.running is False else []
    return [stopped(wanted), *([relink] if relink else []), started]


CONSOLE = Kind(parameters, state, read, moves)
