# SPDX-License-Identifier: GPL-3.0-or-later
"""SQLite: one file for the processes of one machine, readable by its owner alone. Private to hybrid.rollout."""

from __future__ import annotations

import fcntl
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._database.model import BUSY_SECONDS, DatabaseFailed, Row


class SQLite:
    kind = "sqlite"

    def __init__(self, address: str) -> None:
        file = Path(address).expanduser()
        self.address = str(file)
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not file.exists():
                file.touch(mode=0o600)
            self._connection = sqlite3.connect(str(file), timeout=BUSY_SECONDS, isolation_level=None)
        except (OSError, sqlite3.Error) as error:
            raise DatabaseFailed(self.address, error) from error
        self._connection.row_factory = sqlite3.Row

    @staticmethod
    def is_there(address: str) -> bool:
        return Path(address).expanduser().exists()

    def read(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        return [dict(row) for row in self._do(statement, values)]

    def begin(self) -> None:
        """Nobody else writes from here on, and nobody has written what is read from here on without being seen."""
        self._do("BEGIN IMMEDIATE")

    def write(self, statement: str, values: Sequence[Any] = ()) -> None:
        self._do(statement, values)

    def commit(self) -> None:
        self._do("COMMIT")

    def rollback(self) -> None:
        try:
            self._connection.rollback()
        except sqlite3.Error:
            self._connection.close()  # what was not committed is taken back by whoever opens the file next

    def close(self) -> None:
        self._connection.close()

    def now(self) -> float:
        return time.time()

    @staticmethod
    @contextmanager
    def alone(address: str) -> Iterator[None]:
        with ExitStack() as held:
            try:
                lock = held.enter_context(open(f"{Path(address).expanduser()}.lock", "a", encoding="ascii"))
                fcntl.flock(lock, fcntl.LOCK_EX)
            except OSError as error:
                raise DatabaseFailed(address, error) from error
            yield

    def _do(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        try:
            return self._connection.execute(statement, tuple(values)).fetchall()
        except sqlite3.Error as error:
            raise DatabaseFailed(self.address, error) from error
