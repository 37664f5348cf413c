# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of a story, changed by its owner as migrations do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg


@dataclass(frozen=True)
class Table:
    address: str

    def change(self, *statements: LiteralString) -> None:
        with psycopg.connect(self.address, autocommit=True) as owner:
            for statement in statements:
                owner.execute(statement)

    def rows(self, columns: LiteralString) -> list[Any]:
        with psycopg.connect(self.address) as reader:
            return reader.execute(f"SELECT {columns} FROM sayings ORDER BY id").fetchall()

    def end_sessions(self) -> None:
        self.change(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    def end_who_waits(self) -> None:
        """A customer's session in the middle of its statement, and not the one that it waits for."""
        self.change(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )

    @contextmanager
    def locked(self) -> Iterator[None]:
        """As a migration locks it: nobody reads and nobody writes."""
        with psycopg.connect(self.address) as migration:
            migration.execute("LOCK TABLE sayings IN ACCESS EXCLUSIVE MODE")
            yield

    def somebody_waits(self) -> bool:
        with psycopg.connect(self.address) as reader:
            waits = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            return reader.execute(waits).fetchone() is not None
