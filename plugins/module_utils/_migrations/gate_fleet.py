# SPDX-License-Identifier: GPL-3.0-or-later
"""The fleet's answer to a contract: is anybody left who may need the old shape? Private to hybrid.rollout."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.contract import rollback_window
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.fleet import (
    Pulled,
    Sources,
    against,
    members_seen,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate_history import PastRun
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate_reasons import Reason
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate_versions import ReleaseOrder


@dataclass(frozen=True)
class FleetAnswer:
    """``members`` and ``window`` as results tell them."""

    reasons: Sequence[Reason]
    members: Sequence[dict[str, Any]]
    window: Optional[dict[str, Any]]


def ask_fleet(
    sources: Sources,
    runs: Sequence[PastRun],
    order: ReleaseOrder,
    *,
    release: str,
    window_seconds: float,
    own_run: Optional[str] = None,
) -> FleetAnswer:
    members = members_seen(sources)
    window = rollback_window(runs, release, order, seconds=window_seconds, now=sources.now, own_run=own_run)
    told = [
        {
            "member": member.name,
            "where": list(member.where),
            "versions": [{"version": version, "from": source} for source, version in member.versions],
            "unknown": member.unknown or None,
        }
        for member in members
    ]
    return FleetAnswer(
        [*against(sources, members, release, order), *window.reasons],
        told,
        {"last_run": window.last_run, "ends_at": window.ends_at},
    )


def pulled_from(reports: Sequence[Mapping[str, Any]]) -> list[Pulled]:
    return [Pulled(report["member"], report["version"], _seconds(report["seen_at"])) for report in reports]


def _seconds(text: Optional[str]) -> Optional[float]:
    """Seconds since the epoch, or a time with its offset from UTC; None for any other."""
    if text is None:
        return None
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        return float(text)
    try:
        at = datetime.fromisoformat(re.sub("[zZ]$", "+00:00", text))
    except ValueError:
        return None
    return at.timestamp() if at.tzinfo else None
