# SPDX-License-Identifier: GPL-3.0-or-later
"""The family of readers: each knows the bookkeeping of one migration tool. Private to hybrid.rollout.

A new tool is a file beside this one with a class of this shape, and one line in the table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Optional, Protocol

from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.dbup import DbUp
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.ef6 import EF6
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.efcore import EFCore
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.flyway import Flyway
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.grate import Grate, RoundhousE
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.liquibase import Liquibase
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import (
    History,
    Migration,
    Reading,
    Standing,
    Store,
    Table,
)


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
    "dbup": DbUp(),
    "ef6": EF6(),
    "efcore": EFCore(),
    "flyway": Flyway(),
    "grate": Grate(),
    "liquibase": Liquibase(),
    "roundhouse": RoundhousE(),
}


def reader_for(tool: str) -> Optional[Reader]:
    return READERS.get(tool)
