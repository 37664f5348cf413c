# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task shows of one tool's bookkeeping. Private to hybrid.rollout."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import (
    IN_PROGRESS,
    History,
    Standing,
)


def described(history: History, standings: Sequence[Standing], stale_lock_suspected: bool) -> dict[str, Any]:
    store = history.store
    return {
        "tool": store.tool,
        "schema": store.table.schema or None,
        "table": store.table.name or None,
        "alternatives": list(store.alternatives),
        "failure_detectable": history.failure_detectable,
        "why_not": history.why_not,
        "lock": asdict(history.lock),
        "in_progress": _in_progress(history, stale_lock_suspected),
        "stale_lock_suspected": stale_lock_suspected,
        "migrations": [_told(standing) for standing in standings],
        "counts": dict(Counter(standing.state for standing in standings)),
    }


def _told(standing: Standing) -> dict[str, Any]:
    """SQL only where somebody asked for it."""
    told = asdict(standing)
    return told if standing.sql is not None else {key: told[key] for key in told if key not in ("sql", "reviewed")}


def as_recorded(history: History) -> list[Standing]:
    """Without a release's migrations: what the database has, and nothing is pending."""
    return [
        Standing(record.name, record.state, record.version, record.phase, record.repeatable, record.detail)
        for record in history.records
    ]


def _in_progress(history: History, stale_lock_suspected: bool) -> Optional[bool]:
    """None: cannot be told from here."""
    if stale_lock_suspected:
        return None
    if not history.lock.held and any(record.state == IN_PROGRESS for record in history.records):
        return None  # a row says so, and a killed migration leaves it as well
    return history.lock.held
