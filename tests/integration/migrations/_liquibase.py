# SPDX-License-Identifier: GPL-3.0-or-later
"""Liquibase of today, and that of before its checksums changed, on the jars of their npm packages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ansible_collections.hybrid.rollout.tests.integration.migrations import _installed
from ansible_collections.hybrid.rollout.tests.integration.migrations._tool import Command, Database, Place, Step

MAIN = "liquibase.integration.commandline.LiquibaseCommandLine"


class Liquibase:
    tool, kinds, movable = "liquibase", ("postgresql", "mysql"), True
    package = "liquibase-4.28"
    jars: Sequence[str] = ("liquibase/internal/lib/*",)

    def release(self, folder: Path, steps: Sequence[Step]) -> Path:
        text = ["--liquibase formatted sql", *(f"\n--changeset rollout:{step.name}\n{step.sql}" for step in steps)]
        (folder / "changelog.sql").write_text("\n".join(text))
        return folder

    def name(self, step: Step) -> str:
        return f"changelog.sql::{step.name}::rollout"

    def command(self, folder: Path, database: Database, place: Place) -> Command:
        scheme = {"postgresql": "postgresql", "mysql": "mariadb"}[database.kind]
        options = [
            "--changelog-file=changelog.sql",
            f"--url=jdbc:{scheme}://127.0.0.1:{database.port}/{database.name}",
            f"--username={database.user}",
            *([f"--liquibase-schema-name={place.schema}"] if place.schema else ()),
            *([f"--database-changelog-table-name={place.table}"] if place.table else ()),
        ]
        path = ":".join(str(_installed.NODE_MODULES / self.package / "dist" / jar) for jar in self.jars)
        return Command(_installed.java("-cp", path, MAIN, *options, "update"), folder)


class OldLiquibase(Liquibase):
    package = "liquibase-4.4"
    jars = ("liquibase/liquibase.jar", "liquibase/lib/*", "drivers/*")
