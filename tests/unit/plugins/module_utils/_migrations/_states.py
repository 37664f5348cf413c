# SPDX-License-Identifier: GPL-3.0-or-later
"""What migration_info answers, in a few words: ``"V1 applied, V2 pending expand"``."""

from __future__ import annotations

from typing import Any, Optional

Answer = dict[str, Any]


def store(migrations: str, tool: str = "flyway", **more: Any) -> Answer:
    """Each migration is its name, its state and perhaps its phase."""
    return {
        **{
            "tool": tool,
            "schema": "public",
            "table": "history",
            "alternatives": [],
            "failure_detectable": True,
            "why_not": "",
        },
        **{"in_progress": False, "stale_lock_suspected": False, "counts": {}},
        "lock": {"held": False, "holder": "", "since": None, "outlives_holder": False},
        "migrations": [_migration(*words.split()) for words in migrations.split(",") if words.strip()],
        **more,
    }


def _migration(name: str, state: str, phase: Optional[str] = None) -> Answer:
    return {"name": name, "state": state, "version": None, "phase": phase, "repeatable": False, "detail": ""}


def database(*stores: Answer, name: str = "quotes", fingerprint: str = "f1", **more: Any) -> Answer:
    return {
        **{"changed": False, "engine": "postgresql", "database": name, "stores": list(stores), "compared": True},
        **{"leftovers": {"invalid_indexes": [], "not_validated": []}, "fingerprint": fingerprint},
        **more,
    }
