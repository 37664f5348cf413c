# SPDX-License-Identifier: GPL-3.0-or-later
"""A database for the tests of readers: SQLite in memory, read as if it were any of the five."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._database.table import Table

Row = dict[str, Any]


class Recorded:
    """``answers`` are what the server would say to questions that only it understands: by a piece of the statement."""

    def __init__(self, *script: str, kind: str = "sqlite", schema: str = "", database: str = "shop") -> None:
        self.kind, self.database, self.schema = kind, database, schema
        self.answers: dict[str, Sequence[Row]] = {}
        self.asked: list[tuple[str, tuple[Any, ...]]] = []
        self._connection = sqlite3.connect(":memory:")
        self._connection.row_factory = sqlite3.Row
        for statements in script:
            self._connection.executescript(statements)

    def insert(self, table: str, *rows: Mapping[str, Any]) -> None:
        for row in rows:
            columns = ", ".join(f'"{column}"' for column in row)
            places = ", ".join("?" for _column in row)
            self._connection.execute(f'INSERT INTO "{table}" ({columns}) VALUES ({places})', tuple(row.values()))

    def read(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        self.asked.append((statement, tuple(values)))
        for piece, rows in self.answers.items():
            if piece in statement:
                return [dict(row) for row in rows]
        rows = self._connection.execute(statement, tuple(values)).fetchall()
        return [{name.lower(): row[name] for name in row.keys()} for row in rows]  # noqa: SIM118  (a row is no mapping)

    def tables(self) -> list[Table]:
        names = self._connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return [Table(self.schema, name, self._columns(name)) for (name,) in names]

    def quoted(self, *names: str) -> str:
        """The schema is only said: SQLite in memory has none."""
        return ".".join('"' + name.replace('"', '""') + '"' for name in names if name and name != self.schema)

    def _columns(self, table: str) -> list[str]:
        return [name for (name,) in self._connection.execute("SELECT name FROM pragma_table_info(?)", (table,))]
