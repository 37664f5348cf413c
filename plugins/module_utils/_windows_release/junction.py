# SPDX-License-Identifier: GPL-3.0-or-later
"""The junction ``current``, set by cmd.exe. Private to hybrid.rollout."""

from __future__ import annotations

from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.calls import ModuleCall, Move
from ansible_collections.hybrid.rollout.plugins.module_utils._windows_release.wanted import Wanted


def point(wanted: Wanted, there: bool) -> Move:
    """rd takes a junction away and never what it leads to. The line begins without a quote, so cmd.exe takes none of them off."""
    make = f'mklink /J "{wanted.link}" "{wanted.folder}"'
    command = f'rd "{wanted.link}" && {make}' if there else make
    return Move(
        f"point {wanted.link} to {wanted.version}",
        ModuleCall("ansible.windows.win_command", {"_raw_params": f"cmd.exe /c {command}"}),
    )
