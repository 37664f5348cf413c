# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's database as a test sees it, and as release 1.0 of quotes left it."""

from __future__ import annotations

import psycopg
from ansible_collections.hybrid.rollout.tests.integration.rollout import fleet
from ansible_collections.hybrid.rollout.tests.lab.database import postgresql

AS_1_0_LEFT_IT = (
    "DROP TABLE IF EXISTS sayings, alembic_version",
    "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)",
    "INSERT INTO alembic_version VALUES ('0001')",
    "CREATE TABLE sayings (id text PRIMARY KEY, said_by text)",
)


def _url(role: str) -> str:
    return postgresql.of_the_lab(fleet.STATE / "run/database").url(role)


def change(*statements: str) -> None:
    with psycopg.connect(_url("owner"), autocommit=True) as owner:
        for statement in statements:
            owner.execute(statement.encode())


def columns() -> set[str]:
    return postgresql.columns(_url("reader"))
