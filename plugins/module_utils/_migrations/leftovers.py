# SPDX-License-Identifier: GPL-3.0-or-later
"""What a migration that failed on PostgreSQL leaves, where its bookkeeping says nothing. Private to hybrid.rollout."""

from __future__ import annotations

from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import Reading

INVALID_INDEXES = """
    SELECT n.nspname AS "schema", t.relname AS "table", i.relname AS "name"
    FROM pg_catalog.pg_index AS x
    JOIN pg_catalog.pg_class AS i ON i.oid = x.indexrelid
    JOIN pg_catalog.pg_class AS t ON t.oid = x.indrelid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
    WHERE NOT x.indisvalid ORDER BY 1, 2, 3
"""
NOT_VALIDATED = """
    SELECT n.nspname AS "schema", t.relname AS "table", c.conname AS "name"
    FROM pg_catalog.pg_constraint AS c
    JOIN pg_catalog.pg_class AS t ON t.oid = c.conrelid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
    WHERE NOT c.convalidated ORDER BY 1, 2, 3
"""


def leftovers_in(session: Reading) -> Optional[dict[str, list[str]]]:
    """None where the engine has no such catalogue. An index that is being built just now is invalid too."""
    if session.kind != "postgresql":
        return None
    return {"invalid_indexes": _named(session, INVALID_INDEXES), "not_validated": _named(session, NOT_VALIDATED)}


def _named(session: Reading, statement: str) -> list[str]:
    return [f"{row['name']} on {row['schema']}.{row['table']}" for row in session.read(statement)]
