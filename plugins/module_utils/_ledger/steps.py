# SPDX-License-Identifier: GPL-3.0-or-later
"""A step's beginning and end, written by whoever holds the run and by nobody else. Private to hybrid.rollout."""

from __future__ import annotations

from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._ledger import lease
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger


def write_step(
    ledger: Ledger,
    run: str,
    kind: str,
    *,
    member: Optional[str],
    step: str,
    detail: dict[str, Any],
    token: Optional[int] = None,
) -> None:
    """Write the event and renew the run's lease, or refuse a controller whose run went to somebody else."""
    with ledger.transaction():
        for found in ledger.rows(
            "SELECT id, state, closed_at, stop_reason, token, heartbeat_at FROM runs WHERE id = ?", (run,)
        ):
            lease.hold(ledger, found, token)
        ledger.write_event(run, kind, member=member, step=step, detail=detail)
