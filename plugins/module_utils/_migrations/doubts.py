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
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.phase import (
    AGREED,
    HOW_TO_ANSWER,
    VETOED,
    assess,
    is_sql,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.phase_declared import declared
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.phase_up_part import up_part

LONGEST_SQL = 200_000
# What the tool would run when it is called.
DUE = (PENDING, OUT_OF_ORDER, OUTDATED, UNDONE)


def with_declared_phases(migrations: Sequence[Migration]) -> list[Migration]:
    """BadInput where an author's words contradict each other."""
    return [replace(migration, phase=declared(migration).phase) for migration in migrations]


def with_doubts(
    standings: Sequence[Standing], migrations: Sequence[Migration], tool: str, session: Reading, with_sql: bool = False
) -> list[Standing]:
    """What has run already is not doubted any more. ``with_sql``: with the text of what would run, for somebody else's opinion."""
    by_name = {migration.name: migration for migration in migrations}
    edition = edition_of(session)
    doubted = [_with_doubt(standing, by_name.get(standing.name), tool, session.kind, edition) for standing in standings]
    return [_with_sql(standing, by_name.get(standing.name), tool) for standing in doubted] if with_sql else doubted


def _with_doubt(standing: Standing, migration: Optional[Migration], tool: str, engine: str, edition: str) -> Standing:
    if migration is None or not _is_due_expand(standing):
        return standing
    found = assess(migration, tool, engine, edition)
    if found.verdict == AGREED:
        return standing
    return replace(standing, doubt=found.reason, vetoed=found.verdict == VETOED)


def _with_sql(standing: Standing, migration: Optional[Migration], tool: str) -> Standing:
    if migration is None or not _is_due_expand(standing) or not is_sql(migration):
        return standing
    text, reviewed = up_part(migration.text or "", tool), bool(declared(migration).reviewed_by)
    if len(text) <= LONGEST_SQL:
        return replace(standing, sql=text, reviewed=reviewed)
    if reviewed or standing.doubt:
        return standing
    longer = f"{standing.name} has more than {LONGEST_SQL:,} characters, which is too long for a second opinion. {HOW_TO_ANSWER}"
    return replace(standing, doubt=longer)


def _is_due_expand(standing: Standing) -> bool:
    return standing.state in DUE and standing.phase == EXPAND


def edition_of(session: Reading) -> str:
    """SQL Server's: what is harmless in one rewrites the table in another."""
    if session.kind != "mssql":
        return ""
    (row,) = session.read("SELECT CAST(SERVERPROPERTY('Edition') AS nvarchar(128)) AS edition")
    return str(row["edition"] or "")
