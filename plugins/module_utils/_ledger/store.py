# SPDX-License-Identifier: GPL-3.0-or-later
"""The ledger's file: what runs intend and have done, in SQLite. Private to hybrid.rollout.

Every change is one IMMEDIATE transaction that is on disk when it returns, so that a controller killed at any moment leaves a trace of
what it was about to do. Several processes may use one ledger at once; a writer waits for the one before it.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError

BUSY_SECONDS = 30.0
SCHEMA_VERSION = 1
SCHEMA = """
CREATE TABLE runs (
    id TEXT PRIMARY KEY, service TEXT NOT NULL, version TEXT NOT NULL, digest TEXT NOT NULL, url TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'done', 'stopped', 'abandoned')),
    opened_at REAL NOT NULL, closed_at REAL, stop_reason TEXT,
    owner TEXT NOT NULL, plan TEXT NOT NULL, plan_hash TEXT NOT NULL, failure_budget INTEGER NOT NULL
);
CREATE UNIQUE INDEX one_open_run_per_service ON runs (service) WHERE state = 'open';
CREATE TABLE claims (
    run TEXT NOT NULL REFERENCES runs (id), member TEXT NOT NULL, batch INTEGER NOT NULL, previous_version TEXT,
    state TEXT NOT NULL CHECK (state IN ('planned', 'claimed', 'finished')),
    outcome TEXT, reason TEXT, claimed_at REAL, finished_at REAL,
    PRIMARY KEY (run, member)
);
CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, run TEXT NOT NULL REFERENCES runs (id), at REAL NOT NULL,
    kind TEXT NOT NULL, member TEXT, step TEXT, detail TEXT NOT NULL
);
CREATE INDEX events_of_a_run ON events (run, seq);
"""


class LedgerFailed(RolloutError):
    """The ledger could not be read or written: nothing may be done that it does not know of."""

    code = "ledger_failed"


class Ledger:
    """An open ledger. ``wall`` gives seconds since the epoch, for the times that are written down."""

    def __init__(self, connection: sqlite3.Connection, path: str, wall: Callable[[], float]) -> None:
        self._connection = connection
        self.path = path
        self.wall = wall

    @classmethod
    def open(cls, path: str, wall: Callable[[], float] = time.time) -> Ledger:
        """Open the ledger at ``path``, made if it is not there, readable by its owner alone."""
        file = Path(path).expanduser()
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not file.exists():
                file.touch(mode=0o600)
            connection = sqlite3.connect(str(file), timeout=BUSY_SECONDS, isolation_level=None)
        except (OSError, sqlite3.Error) as error:
            raise cls._trouble(path, error) from error
        connection.row_factory = sqlite3.Row
        ledger = cls(connection, str(file), wall)
        ledger._prepare()
        return ledger

    def _prepare(self) -> None:
        if self._version() == 0:
            with self.transaction():
                if self._version() == 0:
                    for statement in filter(str.strip, SCHEMA.split(";")):
                        self.execute(statement)
                    self.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        if self._version() != SCHEMA_VERSION:
            raise LedgerFailed(
                f"The ledger {self.path} has format {self._version()}, this version of hybrid.rollout knows format {SCHEMA_VERSION}. "
                "Use the version of the collection that wrote it, or name another file in rollout_ledger."
            )

    def _version(self) -> int:
        return int(self.rows("PRAGMA user_version")[0][0])

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is done inside is written at once or not at all; nobody else writes meanwhile."""
        self.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.rollback()
            raise
        self.execute("COMMIT")

    def execute(self, statement: str, values: tuple[Any, ...] = ()) -> sqlite3.Cursor:
        try:
            return self._connection.execute(statement, values)
        except sqlite3.IntegrityError:
            raise
        except sqlite3.Error as error:
            raise self._trouble(self.path, error) from error

    def rows(self, statement: str, values: tuple[Any, ...] = ()) -> list[sqlite3.Row]:
        return self.execute(statement, values).fetchall()

    def write_event(
        self,
        run: str,
        kind: str,
        *,
        member: Optional[str] = None,
        step: Optional[str] = None,
        detail: Optional[dict[str, Any]] = None,
    ) -> None:
        self.execute(
            "INSERT INTO events (run, at, kind, member, step, detail) VALUES (?, ?, ?, ?, ?, ?)",
            (run, self.wall(), kind, member, step, json.dumps(detail or {}, sort_keys=True)),
        )

    def events(self, run: str) -> list[dict[str, Any]]:
        """The events of a run in the order they were written: seq, run, at, kind, member, step, detail."""
        found = self.rows("SELECT * FROM events WHERE run = ? ORDER BY seq", (run,))
        return [{**dict(row), "detail": json.loads(row["detail"])} for row in found]

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: Optional[type[BaseException]], value: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self._connection.close()

    @staticmethod
    def _trouble(path: str, error: Exception) -> LedgerFailed:
        return LedgerFailed(
            f"The ledger {path} cannot be used: {error}. Nothing is done that cannot be written down first: "
            "check the path in rollout_ledger, its permissions and the free disk space.",
            reply=str(error),
        )
