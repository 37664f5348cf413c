# SPDX-License-Identifier: GPL-3.0-or-later
"""The junction ``current``, set by cmd.exe. Private to hybrid.rollout."""

from __future__ import annotations

from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.calls import ModuleCall, Move
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.wanted import Wanted


def point(wanted: Wanted) -> Move:
    """rmdir takes the junction away and never what it leads to; with /s cmd.exe strips the outer quotes and nothing else."""
    command = f'rmdir "{wanted.link}" & mklink /J "{wanted.link}" "{wanted.folder}"'
    return Move(
        f"point {wanted.link} to {wanted.version}",
        ModuleCall("ansible.windows.win_command", {"_raw_params": f'cmd.exe /s /c "{command}"'}),
    )
