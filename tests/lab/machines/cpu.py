# SPDX-License-Identifier: GPL-3.0-or-later
"""CPU seconds that a machine has used since the lab came up, as the kernel counts them for its control group."""

from __future__ import annotations

from pathlib import Path

from . import census

SCOPE = "machine.slice/{name}.scope"  # where nspawn puts a machine when this machine's own number 1 is systemd


def seconds_of(name: str, hierarchies: list[Path] | None = None) -> float:
    """Not a number where the kernel counts for no such group."""
    for top in census.hierarchies() if hierarchies is None else hierarchies:
        for group in (top / name, top / SCOPE.format(name=name)):
            words = census.text(group / "cpu.stat").split()
            if "usage_usec" in words:
                return int(words[words.index("usage_usec") + 1]) / 1e6
    return float("nan")
