# SPDX-License-Identifier: GPL-3.0-or-later
"""SQLite in memory with schemas of its own, read as if it were any of the five kinds; its locks are whatever a test says."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._database.table import Table
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import History, Standing
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.reader import READERS

Row = dict[str, Any]
LOCKED = {"session": 71, "account": "deploy", "program": "migrate", "host": "10.0.0.5", "free": 0}


class Schemas:
    def __init__(self, *scripts: str, kind: str = "postgresql", database: str = "shop", held: object = None) -> None:
        self.kind, self.database, self.held = kind, database, held
        self._connection = sqlite3.connect(":memory:")
        self._connection.row_factory = sqlite3.Row
        for script in scripts:
            self.run(script)

    def schema(self, name: str, script: str) -> None:
        """The tables of a script in a schema of this name."""
        quoted = self.quoted(name)
        self._connection.execute(f"ATTACH ':memory:' AS {quoted}")
        self.run(
            script.replace("CREATE TABLE ", f"CREATE TABLE {quoted}.").replace("INSERT INTO ", f"INSERT INTO {quoted}.")
        )

    def run(self, script: str) -> None:
        self._connection.executescript(script)

    def read(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        """Rows come in an order that nobody would expect, as they may from any server."""
        if "pg_locks" in statement:
            return [LOCKED] if values[0] << 32 | values[1] == self.held else []
        if "IS_USED_LOCK" in statement:
            return [{"session": 71 if values[0] == self.held else None}]
        if "processlist" in statement or "APPLOCK_TEST" in statement or "dm_tran_locks" in statement:
            return [{**LOCKED, "free": int(values[0] != self.held)}]
        rows = reversed(self._connection.execute(statement, tuple(values)).fetchall())
        return [{name.lower(): row[name] for name in row.keys()} for row in rows]  # noqa: SIM118  (a row is no mapping)

    def tables(self) -> list[Table]:
        return [
            table
            for (_number, schema, _file) in self._connection.execute("PRAGMA database_list")
            for table in self._of(schema)
        ]

    def quoted(self, *names: str) -> str:
        return ".".join('"' + name.replace('"', '""') + '"' for name in names if name)

    def _of(self, schema: str) -> list[Table]:
        found = self._connection.execute(
            f"SELECT name FROM {self.quoted(schema)}.sqlite_master WHERE type = 'table'"
        ).fetchall()
        return [Table(schema, name, self._columns(schema, name)) for (name,) in found if not name.startswith("sqlite_")]

    def _columns(self, schema: str, table: str) -> list[str]:
        return [
            name for (name,) in self._connection.execute("SELECT name FROM pragma_table_info(?, ?)", (table, schema))
        ]


def history(tool: str, session: Schemas) -> History:
    reader = READERS[tool]
    (store,) = reader.find(session.tables())
    return reader.history(session, store)


def standings(tool: str, session: Schemas, release: Path) -> dict[str, Standing]:
    reader = READERS[tool]
    found = reader.compare(history(tool, session), reader.migrations(release))
    assert len({standing.name for standing in found}) == len(found)
    return {standing.name: standing for standing in found}


def states(tool: str, session: Schemas, release: Path) -> dict[str, str]:
    """In the order of the reader."""
    return {name: standing.state for name, standing in standings(tool, session, release).items()}


def release_of(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder
