# SPDX-License-Identifier: GPL-3.0-or-later
"""Every answer of a gate as one line of a table: when, who, what, and how good. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._health.verdict import Judged, Tally

SHOWN = 200  # how many of them a task's result carries; the evidence file has all


def measurements(judged: Sequence[Judged]) -> list[dict[str, Any]]:
    """All of them in the order of their time, the newest last."""
    taken = [_measurement(one.target.name, tally) for one in judged for tally in one.course]
    return sorted(taken, key=lambda measurement: float(measurement["at_seconds"]))


def _measurement(target: str, tally: Tally) -> dict[str, Any]:
    return {
        "at_seconds": round(tally.at_seconds, 3),
        "target": target,
        "status": tally.last.status,
        "value": tally.last.value,
        "verdict": tally.standing,
        "reason": tally.reason,
    }
