# SPDX-License-Identifier: GPL-3.0-or-later
"""The ledger: what runs intend and have done, in SQLite or PostgreSQL. Private to hybrid.rollout.

Every change is one transaction that is on disk when it returns, so that a controller killed at any moment leaves a trace of
what it was about to do. Several processes may use one ledger at once; a writer waits for the one before it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._database.database import (
    Database,
    is_there,
    lock,
    open_database,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._database.model import DatabaseFailed, Row
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.schema import FORMAT, format_of, prepare


class LedgerFailed(RolloutError):
    """The ledger could not be read or written: nothing may be done that it does not know of."""

    code = "ledger_failed"


@contextmanager
def _in_the_ledgers_words() -> Iterator[None]:
    try:
        yield
    except DatabaseFailed as error:
        raise LedgerFailed(
            f"The ledger {error}. Nothing is done that cannot be written down first: check the address in rollout_ledger, "
            "permissions, free disk space, and whether its database is up.",
            reply=error.reply,
        ) from error


@contextmanager
def alone(address: str) -> Iterator[None]:
    """One at a time among all who share the ledger at this address, apart from any transaction."""
    with ExitStack() as held:
        with _in_the_ledgers_words():
            held.enter_context(lock(address))
        yield


class Ledger:
    """An open ledger. ``wall`` gives seconds since the epoch, for the times that are written down; ``path`` opens it again."""

    def __init__(self, database: Database, wall: Optional[Callable[[], float]] = None) -> None:
        self._database = database
        self._wall = wall or database.now
        self.path = database.address

    @classmethod
    def open(cls, address: str, wall: Optional[Callable[[], float]] = None) -> Ledger:
        """Open the ledger at a path or a postgresql:// address, made if it is not there, brought to the present format if it is older."""
        with _in_the_ledgers_words():
            ledger = cls(open_database(address), wall)
        try:
            ledger._prepare()
        except BaseException:
            ledger._database.close()
            raise
        return ledger

    @classmethod
    def is_there(cls, address: str) -> bool:
        """Whether a ledger can be read at the address without making one."""
        if not is_there(address):
            return False
        with _in_the_ledgers_words():
            database = open_database(address)
            try:
                return format_of(database) != 0
            finally:
                database.close()

    def _prepare(self) -> None:
        with _in_the_ledgers_words():
            found = format_of(self._database)
        if 0 <= found < FORMAT:
            with self.transaction():
                found = prepare(self._database)
        if found < 0:
            raise LedgerFailed(
                f"The database {self.path} has tables of somebody else: nothing is written there. Name a file, or a database, "
                "that the ledger has for itself in rollout_ledger."
            )
        if found != FORMAT:
            raise LedgerFailed(
                f"The ledger {self.path} has format {found}, this version of hybrid.rollout knows format {FORMAT}. "
                "Use the version of the collection that wrote it, or name another place in rollout_ledger."
            )

    def wall(self) -> float:
        with _in_the_ledgers_words():
            return self._wall()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is done inside is written at once or not at all; nobody else writes meanwhile."""
        with _in_the_ledgers_words():
            self._database.begin()
        try:
            yield
            with _in_the_ledgers_words():
                self._database.commit()
        except BaseException:
            self._database.rollback()
            raise

    def execute(self, statement: str, values: Sequence[Any] = ()) -> None:
        with _in_the_ledgers_words():
            self._database.write(statement, [_plain(value) for value in values])

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        with _in_the_ledgers_words():
            return self._database.read(statement, [_plain(value) for value in values])

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
        return [{**row, "detail": json.loads(row["detail"])} for row in found]

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: Optional[type[BaseException]], value: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.close()


def _plain(value: object) -> object:
    """Text that every database takes: what a program said may hold bytes that are no text."""
    return value.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0") if isinstance(value, str) else value
