# SPDX-License-Identifier: GPL-3.0-or-later
"""A migration tool of the tests: a row for each migration, and a lock that is a row. Its rival makes the same table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._database.table import Table
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.info import SPEC
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import (
    APPLIED,
    PENDING,
    History,
    Lock,
    Migration,
    Reading,
    Record,
    Standing,
    Store,
)

SCHEMA = "CREATE TABLE plain_log (plain_name varchar(50) PRIMARY KEY, plain_state varchar(20))"
FIRST = "INSERT INTO plain_log VALUES ('0001_quotes', 'applied')"
LOCK = "CREATE TABLE plain_lock (held_by varchar(50), held_since varchar(50))"


class Plain:
    def __init__(self, tool: str = "plain", alternatives: Sequence[str] = ()) -> None:
        self.tool, self._alternatives = tool, alternatives

    def find(self, tables: Sequence[Table]) -> list[Store]:
        locks = [table for table in tables if table.has("held_by", "held_since")]
        others = {"lock": locks[0]} if locks else {}
        logs = [table for table in tables if table.has("plain_name", "plain_state")]
        return [Store(self.tool, table, others, self._alternatives) for table in logs]

    def history(self, session: Reading, store: Store) -> History:
        rows = session.read(f"SELECT * FROM {session.quoted(store.table.schema, store.table.name)}")
        records = [Record(row["plain_name"], row["plain_state"]) for row in rows]
        lock = self._lock(session, store)
        return History(store, records, lock, failure_detectable=False, why_not="plain writes no failures")

    def _lock(self, session: Reading, store: Store) -> Lock:
        if "lock" not in store.others:
            return Lock(held=None)
        table = store.others["lock"]
        rows = session.read(f"SELECT * FROM {session.quoted(table.schema, table.name)}")
        if not rows:
            return Lock(held=False, outlives_holder=True)
        return Lock(held=True, holder=rows[0]["held_by"], since=rows[0]["held_since"], outlives_holder=True)

    def migrations(self, folder: Path) -> list[Migration]:
        return [Migration(file.stem) for file in sorted(folder.glob("*.sql"))]

    def compare(self, history: History, migrations: Sequence[Migration]) -> list[Standing]:
        done = {record.name: record.state for record in history.records}
        return [Standing(one.name, done.get(one.name, PENDING), phase=one.phase) for one in migrations]


def options(**given: object) -> dict[str, Any]:
    """As the module hands them over: what is not given has its default."""
    return {**{name: option.get("default") for name, option in SPEC["argument_spec"].items()}, **given}


def applied(*names: str) -> list[Record]:
    return [Record(name, APPLIED) for name in names]
