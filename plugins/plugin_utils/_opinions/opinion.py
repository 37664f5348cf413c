# SPDX-License-Identifier: GPL-3.0-or-later
"""What another tool thinks of a statement. Private to hybrid.rollout."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Opinion:
    """``vetoes``: the release that still runs would break. Otherwise it is a question, for a person."""

    vetoes: bool
    line: int
    words: str
