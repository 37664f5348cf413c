# SPDX-License-Identifier: GPL-3.0-or-later
"""grate, and RoundhousE before it: each run of a script, each error, and a row for each deployment. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._database.table import Table
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.compare import compare
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.database_locks import NOT_SEEN_FROM_HERE
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.grate_files import scripts_in
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import (
    APPLIED,
    FAILED,
    PENDING,
    SUPERSEDED,
    History,
    Lock,
    Migration,
    Reading,
    Record,
    Standing,
    Store,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.table_rows import rows_of, text_or_none

RUNS = ("id", "version_id", "script_name", "text_hash", "one_time_script", "entry_date")
ERRORS = ("id", "script_name", "erroneous_part_of_script", "error_message", "entry_date")
VERSIONS = ("id", "repository_path", "version", "entry_date")
ANY_CASE = ("mssql", "mysql")  # where names are compared without regard to capitals
MOST_OF_AN_ERROR = 500


class Grate:
    """RoundhousE's tables differ in one column: the deployments have no status."""

    tool = "grate"
    by_file_name = False

    def find(self, tables: Sequence[Table]) -> list[Store]:
        runs = [table for table in tables if table.has(*RUNS) and not _is_about_grate_itself(table)]
        return [store for table in runs for store in self._stores(table, tables)]

    def history(self, session: Reading, store: Store) -> History:
        runs = sorted(rows_of(session, store.table, *RUNS), key=lambda row: int(row["id"]))
        errors = store.others.get("errors")
        failed = rows_of(session, errors, "id", "script_name", "error_message", "entry_date") if errors else []
        failed.sort(key=lambda row: int(row["id"]))
        lock = _deployment(session, store.others.get("versions"))
        records = [*_ran(runs), *_failures(runs, failed)]
        why_not = "" if errors else "the table of errors is not there"
        return History(store, records, lock, failure_detectable=bool(errors), why_not=why_not, kind=session.kind)

    def migrations(self, folder: Path) -> list[Migration]:
        return scripts_in(folder, by_file_name=self.by_file_name)

    def compare(self, history: History, migrations: Sequence[Migration]) -> list[Standing]:
        standings = compare(history.records, migrations, same=str.lower if history.kind in ANY_CASE else str)
        said = {migration.name: migration.description for migration in migrations}
        return [
            replace(standing, detail=said[standing.name]) if standing.state == PENDING else standing
            for standing in standings
        ]

    def _stores(self, runs: Table, tables: Sequence[Table]) -> list[Store]:
        versions = _beside(runs, tables, "version", VERSIONS)
        if versions and not versions.has("status"):
            return []
        return [Store(self.tool, runs, _others(runs, tables), () if versions else ("roundhouse",))]


class RoundhousE(Grate):
    tool = "roundhouse"
    by_file_name = True

    def _stores(self, runs: Table, tables: Sequence[Table]) -> list[Store]:
        """The first releases of grate had no status either."""
        versions = _beside(runs, tables, "version", VERSIONS)
        if versions is None or versions.has("status"):
            return []
        return [Store(self.tool, runs, _others(runs, tables), ("grate",))]


def _is_about_grate_itself(table: Table) -> bool:
    """grate keeps the same tables once more, for its own."""
    return table.name.lower().endswith("gratescriptsrun")


def _others(runs: Table, tables: Sequence[Table]) -> dict[str, Table]:
    versions, errors = _beside(runs, tables, "version", VERSIONS), _beside(runs, tables, "scriptsrunerrors", ERRORS)
    return {role: table for role, table in (("versions", versions), ("errors", errors)) if table}


def _beside(runs: Table, tables: Sequence[Table], name: str, columns: Sequence[str]) -> Optional[Table]:
    """By the name that goes with that of the runs, or the only one there is: names can be chosen."""
    near = [table for table in tables if table.schema == runs.schema and table.has(*columns)]
    named = [table for table in near if table.name.lower() == runs.name.lower().replace("scriptsrun", name)]
    return named[0] if named else near[0] if len(near) == 1 else None


def _ran(runs: Sequence[Mapping[str, Any]]) -> list[Record]:
    last = {_name(row): row["id"] for row in runs}
    return [_run(row, row["id"] == last[_name(row)]) for row in runs]


def _run(row: Mapping[str, Any], is_last: bool) -> Record:
    return Record(
        _name(row),
        APPLIED if is_last else SUPERSEDED,
        checksum=text_or_none(row["text_hash"]),
        repeatable=row["one_time_script"] in (None, 0, False, b"\x00"),
        at=text_or_none(row["entry_date"]),
    )


def _failures(runs: Sequence[Mapping[str, Any]], errors: Sequence[Mapping[str, Any]]) -> list[Record]:
    """The last error of each script that has not ended well since."""
    ended = {_name(row): str(row["entry_date"]) for row in runs}
    last = {_name(row): row for row in errors}
    return [
        Record(
            name,
            FAILED,
            at=text_or_none(row["entry_date"]),
            detail=" ".join(str(row["error_message"] or "").split())[:MOST_OF_AN_ERROR],
        )
        for name, row in last.items()
        if ended.get(name, "") < str(row["entry_date"])
    ]


def _name(row: Mapping[str, Any]) -> str:
    return str(row["script_name"]).replace("\\", "/")


def _deployment(session: Reading, versions: Optional[Table]) -> Lock:
    """There is no lock. A deployment under way says so in its row, and goes on saying so when it is killed."""
    if versions is None or not versions.has("status"):
        return NOT_SEEN_FROM_HERE
    rows = rows_of(session, versions, "id", "version", "status", "entry_date")
    newest = max(rows, key=lambda row: int(row["id"]), default=None)
    if newest is None or str(newest["status"]).lower() != "inprogress":
        return NOT_SEEN_FROM_HERE
    return Lock(
        True, f"deployment of version {newest['version']}", text_or_none(newest["entry_date"]), outlives_holder=True
    )
