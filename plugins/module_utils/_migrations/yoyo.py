# SPDX-License-Identifier: GPL-3.0-or-later
"""yoyo: names of files and what they depend on, and a row for a lock. Private to hybrid.rollout."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from ansible_collections.hybrid.rollout.plugins.module_utils._database.table import Table
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.compare import compare
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.database_locks import FREE, NOT_SEEN_FROM_HERE
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.graph_order import in_order
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.migration_files import (
    files_named,
    place_in,
    text_of,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import (
    APPLIED,
    History,
    Lock,
    Migration,
    Reading,
    Record,
    Standing,
    Store,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.python_source import (
    assignments,
    literal,
    names,
    source,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.silent_failure import silent_failure
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.table_rows import rows_of, text_or_none
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.tables_beside import (
    as_role,
    beside,
    has_exactly,
)

COLUMNS = frozenset({"migration_hash", "migration_id", "applied_at_utc"})
LOCK = frozenset({"locked", "ctime", "pid"})
FILE_NAME = re.compile(r"(?!post-apply)(?P<id>[^.].*)(?<!\.rollback)\.(?:py|sql)")
DEPENDS = re.compile(r"^\s*--\s*depends\s*:(.*)$", re.MULTILINE)
STATEMENT = re.compile(r"^(?!\s*--)\s*\S.*", re.MULTILINE | re.DOTALL)


class Yoyo:
    tool = "yoyo"

    def find(self, tables: Sequence[Table]) -> list[Store]:
        return [
            Store(
                self.tool,
                table,
                as_role("lock", [other for other in beside(table, tables) if has_exactly(other, LOCK)]),
            )
            for table in tables
            if has_exactly(table, COLUMNS)
        ]

    def history(self, session: Reading, store: Store) -> History:
        found = rows_of(session, store.table, "migration_id", "applied_at_utc")
        found.sort(key=lambda row: (str(row["applied_at_utc"]), str(row["migration_id"])))
        records = [Record(str(row["migration_id"]), APPLIED, at=text_or_none(row["applied_at_utc"])) for row in found]
        return History(store, records, _lock(session, store), False, silent_failure("yoyo", session.kind))

    def migrations(self, folder: Path) -> list[Migration]:
        found = {match["id"]: file for file, match in files_named("yoyo", folder, FILE_NAME, "0001.create-users.sql")}
        needs = {name: _depends(file) for name, file in found.items()}
        return [
            Migration(name, needs=needs[name], file=place_in(folder, found[name]), text=text_of(found[name]))
            for name in in_order(needs, "yoyo")
        ]

    def compare(self, history: History, migrations: Sequence[Migration]) -> list[Standing]:
        return compare(history.records, migrations)


def _lock(session: Reading, store: Store) -> Lock:
    """The row that a run makes for itself; a run that is killed leaves it."""
    if "lock" not in store.others:
        return NOT_SEEN_FROM_HERE
    for row in rows_of(session, store.others["lock"], "ctime", "pid"):
        return Lock(held=True, holder=f"process {row['pid']}", since=text_or_none(row["ctime"]), outlives_holder=True)
    return FREE


def _depends(file: Path) -> list[str]:
    if file.suffix == ".py":
        given = assignments(source(file).body)
        return sorted(names(literal(given["__depends__"], "__depends__", file))) if "__depends__" in given else []
    comments = STATEMENT.sub("", text_of(file))
    return [name for line in DEPENDS.findall(comments) for name in line.split()]
