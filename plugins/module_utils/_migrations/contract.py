# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the release before has left the rollback window. Pure. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._health.verdict import FAILED, UNDECIDED
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate_history import PastRun
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate_reasons import Reason
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate_versions import ReleaseOrder


@dataclass(frozen=True)
class Window:
    """How long an older release stays a way back; ``ends_at`` is None where the ledger cannot tell."""

    ends_at: Optional[float]
    last_run: Optional[str]
    reasons: Sequence[Reason]


def rollback_window(
    runs: Sequence[PastRun], release: str, order: ReleaseOrder, *, seconds: float, now: float, own_run: Optional[str]
) -> Window:
    """It begins when the last run ends in which a member had, or was to get, something that is not known to be ``release`` or newer.
    ``own_run`` is the run that the gate is asked for: it may be open, like no other."""
    open_ones = [run for run in runs if run.closed_at is None and run.id != own_run]
    reasons = [Reason(UNDECIDED, f"run {run.id} is open: wait for its end") for run in open_ones]
    arrived = [run for run in runs if run.release is not None and order.at_least(run.release, release)]
    if not arrived:
        words = f"the ledger knows of no run that rolled out {release} or newer, so nobody knows how long the release before is gone"
        return Window(None, None, [*reasons, Reason(UNDECIDED, words)])
    older = [run for run in runs if not all(version and order.at_least(version, release) for version in run.versions)]
    last = _last(older) if older else arrived[0]
    if last.closed_at is None:
        words = f"run {last.id} has not ended, and the rollback window begins only then"
        return Window(None, last.id, [*reasons, *([] if last in open_ones else [Reason(UNDECIDED, words)])])
    ends_at = last.closed_at + seconds
    if now < ends_at:
        left = f"{ends_at - now:.0f} s of {seconds:.0f} s are left since the end of run {last.id}"
        reasons.append(Reason(FAILED, f"the release before {release} is still a way back: {left}"))
    return Window(ends_at, last.id, reasons)


def _last(runs: Sequence[PastRun]) -> PastRun:
    """The one that ended last; one that has not ended is later than all."""
    return max(runs, key=lambda run: float("inf") if run.closed_at is None else run.closed_at)
