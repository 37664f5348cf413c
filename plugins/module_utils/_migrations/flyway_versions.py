# SPDX-License-Identifier: GPL-3.0-or-later
"""Versions as Flyway compares them: numbers without end, never text. Private to hybrid.rollout."""

from __future__ import annotations

import re
from typing import Optional

BASELINE_SCRIPT = "B"  # before the version, in the name of a script that stands for all up to it


def place(version: str) -> tuple[int, ...]:
    """``1_2`` is 1.2, 1.0 is 1, and 010 comes after 2.5."""
    numbers = [int(number) for number in re.findall("[0-9]+", version)]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


def name_of(version: Optional[str], description: str, *, baseline_script: bool = False) -> str:
    """One name for what is one migration to Flyway: the version, or for a repeatable one the description."""
    if version is None:
        return "R__" + description.replace(" ", "_")
    numbers = ".".join(str(number) for number in place(version)) or "0"
    return BASELINE_SCRIPT + numbers if baseline_script else numbers
