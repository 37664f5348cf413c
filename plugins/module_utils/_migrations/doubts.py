# SPDX-License-Identifier: GPL-3.0-or-later
"""The phases of a release's migrations, and the doubts about those that would run now. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import (
    EXPAND,
    OUT_OF_ORDER,
    OUTDATED,
    PENDING,
    UNDONE,
    Migration,
    Reading,
    Standing,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.phase import AGREED, VETOED, assess
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.phase_declared import declared

# What the tool would run when it is called.
DUE = (PENDING, OUT_OF_ORDER, OUTDATED, UNDONE)


def with_declared_phases(migrations: Sequence[Migration]) -> list[Migration]:
    """BadInput where an author's words contradict each other."""
    return [replace(migration, phase=declared(migration).phase) for migration in migrations]


def with_doubts(
    standings: Sequence[Standing], migrations: Sequence[Migration], tool: str, session: Reading
) -> list[Standing]:
    """What has run already is not doubted any more."""
    by_name = {migration.name: migration for migration in migrations}
    edition = edition_of(session)
    return [_with_doubt(standing, by_name.get(standing.name), tool, session.kind, edition) for standing in standings]


def _with_doubt(standing: Standing, migration: Optional[Migration], tool: str, engine: str, edition: str) -> Standing:
    if migration is None or standing.state not in DUE or standing.phase != EXPAND:
        return standing
    found = assess(migration, tool, engine, edition)
    if found.verdict == AGREED:
        return standing
    return replace(standing, doubt=found.reason, vetoed=found.verdict == VETOED)


def edition_of(session: Reading) -> str:
    """SQL Server's: what is harmless in one rewrites the table in another."""
    if session.kind != "mssql":
        return ""
    (row,) = session.read("SELECT CAST(SERVERPROPERTY('Edition') AS nvarchar(128)) AS edition")
    return str(row["edition"] or "")
