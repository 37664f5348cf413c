# SPDX-License-Identifier: GPL-3.0-or-later
"""Sqitch: changes of projects, with every deploy, revert and failure as an event. Private to hybrid.rollout."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._database.table import Table
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.compare_groups import compare_groups
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.database_locks import (
    NOT_SEEN_FROM_HERE,
    advisory_lock,
    named_lock,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import (
    APPLIED,
    FAILED,
    UNDONE,
    History,
    Lock,
    Migration,
    Reading,
    Record,
    Standing,
    Store,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.sqitch_plan import instance, planned
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.table_rows import rows_of, text_or_none
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.tables_beside import beside

CHANGES = ("change_id", "script_hash", "change", "project", "committed_at", "planned_at")
EVENTS = ("event", "change_id", "change", "project", "committed_at", "planned_at")
ADVISORY_LOCK = 75474063
WHY_NOT = (
    "Sqitch records an event when a script fails, and none when Sqitch itself is killed: "
    "such a change looks pending, and what its script had done by then may be there."
)
ELSEWHERE = "of a project that the release's plan is not"


class Sqitch:
    tool = "sqitch"

    def find(self, tables: Sequence[Table]) -> list[Store]:
        found = [
            (table, [other for other in beside(table, tables) if other.has(*EVENTS)])
            for table in tables
            if table.has(*CHANGES)
        ]
        return [Store(self.tool, table, {"events": others[0]}) for table, others in found if others]

    def history(self, session: Reading, store: Store) -> History:
        changes = sorted(
            rows_of(session, store.table, *CHANGES), key=lambda row: (row["committed_at"], row["planned_at"])
        )
        events = sorted(rows_of(session, store.others["events"], *EVENTS), key=lambda row: row["committed_at"])
        latest = {row["change_id"]: str(row["event"]) for row in events}
        records, times = [], Counter[str]()
        for row in changes:
            failed = latest.get(row["change_id"]) == "fail"
            records.append(_record(row, times, FAILED if failed else APPLIED, "reverting it failed" if failed else ""))
        deployed = {row["change_id"] for row in changes}
        last = {(row["project"], row["change"]): row for row in events}
        for row in last.values():
            if row["change_id"] not in deployed and row["event"] == "fail":
                records.append(_record(row, times, FAILED, "its last event is fail"))
            elif row["change_id"] not in deployed and row["event"] == "revert":
                records.append(_record(row, times, UNDONE, "its last event is revert"))
        return History(store, records, _lock(session, store), failure_detectable=False, why_not=WHY_NOT)

    def migrations(self, folder: Path) -> list[Migration]:
        return planned(folder)

    def compare(self, history: History, migrations: Sequence[Migration]) -> list[Standing]:
        return compare_groups(history.records, migrations, ":", ELSEWHERE)


def _record(row: dict[str, Any], times: Counter[str], state: str, detail: str) -> Record:
    name = f"{row['project']}:{row['change']}"
    times[name] += 1
    return Record(
        instance(name, times[name]),
        state,
        version=str(row["change_id"]),
        checksum=row.get("script_hash"),
        at=text_or_none(row["committed_at"]),
        detail=detail,
    )


def _lock(session: Reading, store: Store) -> Lock:
    """On MariaDB and MySQL it bears the name of the database that is changed, which a session with the registry cannot know."""
    if session.kind == "mysql" and session.database != store.table.schema:
        return named_lock(session, f"sqitch working on {session.database}")
    return advisory_lock(session, ADVISORY_LOCK) if session.kind == "postgresql" else NOT_SEEN_FROM_HERE
