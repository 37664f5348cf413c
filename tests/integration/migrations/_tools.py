# SPDX-License-Identifier: GPL-3.0-or-later
"""The tools that the tests try, and how a test has one of them write a release and apply it."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.integration.migrations._debian_tools import Rails, Sqitch
from ansible_collections.hybrid.rollout.tests.integration.migrations._liquibase import Liquibase, OldLiquibase
from ansible_collections.hybrid.rollout.tests.integration.migrations._node_tools import (
    Knex,
    NodePgMigrate,
    TypeORM,
    Umzug,
)
from ansible_collections.hybrid.rollout.tests.integration.migrations._python_tools import (
    Alembic,
    Dbmate,
    Django,
    Yoyo,
)
from ansible_collections.hybrid.rollout.tests.integration.migrations._tool import BY_ITSELF, Database, Place, Step, Tool

CREATE = Step(1, "create_quotes", ["CREATE TABLE quotes (id INT PRIMARY KEY)"])
ADD = Step(2, "add_author", ["ALTER TABLE quotes ADD COLUMN author VARCHAR(40)"])
TOOLS: tuple[Tool, ...] = (
    *(Alembic(), Django(), Yoyo(), Dbmate()),
    *(Knex(), Umzug(), TypeORM(), NodePgMigrate()),
    *(Liquibase(), OldLiquibase(), Sqitch(), Rails()),
)
# What a test is tried with, by the name of the tool's class and the kind of server.
WRITES = [pytest.param(tool, kind, id=f"{type(tool).__name__}-{kind}") for tool in TOOLS for kind in tool.kinds]


def written(tool: Tool, project: Path, *steps: Step) -> tuple[Path, Path]:
    """The project of a release, and the folder of it that migration_info is given."""
    project.mkdir()
    return project, tool.release(project, steps)


def migrate(tool: Tool, project: Path, database: Database, place: Place = BY_ITSELF) -> None:
    done = tool.command(project, database, place).run()
    assert done.returncode == 0, done.stdout
