# SPDX-License-Identifier: GPL-3.0-or-later
"""The family of readers: each knows the bookkeeping of one migration tool. Private to hybrid.rollout.

A new tool is a file beside this one with a class of this shape, and one line in the table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Optional, Protocol

from ansible_collections.hybrid.rollout.plugins.module_utils._database.table import Table
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.alembic import Alembic
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.atlas import Atlas
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.dacpac import Dacpac
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.dbmate import Dbmate
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.dbup import DbUp
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.django import Django
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.ef6 import EF6
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.efcore import EFCore
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.flyway import Flyway
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.golang_migrate import GolangMigrate
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.goose import Goose
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.grate import Grate, RoundhousE
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.knex import Knex
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.liquibase import Liquibase
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import (
    History,
    Migration,
    Reading,
    Standing,
    Store,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.node_pg_migrate import NodePgMigrate
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.pgroll import Pgroll
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.rails import Rails
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.sequelize import Sequelize
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.sqitch import Sqitch
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.sql_migrate import SqlMigrate
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.typeorm import TypeORM
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.yoyo import Yoyo


class Reader(Protocol):
    tool: str  # the name in options and results: flyway, liquibase, efcore ...

    def find(self, tables: Sequence[Table]) -> list[Store]:
        """The tool's bookkeeping among the tables, recognised by columns and never by a table's name alone."""

    def history(self, session: Reading, store: Store) -> History: ...

    def migrations(self, folder: Path) -> list[Migration]:
        """Those of a release, in the order the tool would run them. Raises BadInput where only a manifest can tell."""

    def compare(self, history: History, migrations: Sequence[Migration]) -> list[Standing]:
        """Where each stands, in the tool's order; what the database alone knows comes at its place or at the end."""


READERS: Mapping[str, Reader] = {
    "alembic": Alembic(),
    "atlas": Atlas(),
    "dacpac": Dacpac(),
    "dbmate": Dbmate(),
    "dbup": DbUp(),
    "django": Django(),
    "ef6": EF6(),
    "efcore": EFCore(),
    "flyway": Flyway(),
    "golang_migrate": GolangMigrate(),
    "goose": Goose(),
    "grate": Grate(),
    "knex": Knex(),
    "liquibase": Liquibase(),
    "node_pg_migrate": NodePgMigrate(),
    "pgroll": Pgroll(),
    "rails": Rails(),
    "roundhouse": RoundhousE(),
    "sequelize": Sequelize(),
    "sqitch": Sqitch(),
    "sql_migrate": SqlMigrate(),
    "typeorm": TypeORM(),
    "yoyo": Yoyo(),
}


def reader_for(tool: str) -> Optional[Reader]:
    return READERS.get(tool)
