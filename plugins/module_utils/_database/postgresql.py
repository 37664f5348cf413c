# SPDX-License-Identifier: GPL-3.0-or-later
"""PostgreSQL: one database for several controllers, through psycopg 3, which is loaded when it is needed. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from ansible_collections.hybrid.rollout.plugins.module_utils._database.address import postgresql_parameters
from ansible_collections.hybrid.rollout.plugins.module_utils._database.driver import first_driver
from ansible_collections.hybrid.rollout.plugins.module_utils._database.model import BUSY_SECONDS, DatabaseFailed, Row

WRITERS, ALONE = "hybrid.rollout writers", "hybrid.rollout alone"
# A controller that is lost in the middle of a transaction holds up the others for no longer than this.
SILENT_SECONDS = 60
INSTALL = (
    "pip install 'psycopg[binary]' there (version 3), or Debian's package python3-psycopg where Ansible is Debian's."
)
Found = TypeVar("Found")


class PostgreSQL:
    kind = "postgresql"

    def __init__(self, address: str) -> None:
        self.address = address
        self._parameters = postgresql_parameters(address)
        self._psycopg = first_driver(("psycopg",), "The ledger in PostgreSQL", INSTALL)
        self._inside = False
        self._connect()

    @staticmethod
    def is_there(address: str) -> bool:
        return True

    def _connect(self) -> None:
        try:
            self._connection = self._psycopg.connect(
                **{"application_name": "hybrid.rollout", **self._parameters}, autocommit=True
            )
            for name, value in (
                ("lock_timeout", f"{BUSY_SECONDS:g}s"),
                ("idle_in_transaction_session_timeout", f"{SILENT_SECONDS}s"),
                ("default_transaction_isolation", "read committed"),
                ("synchronous_commit", "on"),
            ):
                self._connection.execute("SELECT set_config(%s, %s, false)", (name, value))
        except self._psycopg.Error as error:
            raise DatabaseFailed(self.address, error) from error

    def read(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        return self._again(lambda: self._do(statement, values))

    def begin(self) -> None:
        self._again(self._begin)
        self._inside = True

    def _begin(self) -> None:
        """All who write wait for one lock: what is counted under it is true until the commit."""
        self._do("BEGIN")
        try:
            self._do("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", (WRITERS,))
        except DatabaseFailed:
            self.rollback()
            raise

    def write(self, statement: str, values: Sequence[Any] = ()) -> None:
        self._do(statement, values)

    def commit(self) -> None:
        self._inside = False
        try:
            ended = self._connection.execute("COMMIT").statusmessage
        except self._psycopg.Error as error:
            raise DatabaseFailed(
                self.address, error, "did not answer to COMMIT, so it may be written or not"
            ) from error
        if ended != "COMMIT":
            raise DatabaseFailed(self.address, RuntimeError(str(ended)), "took the transaction back")

    def rollback(self) -> None:
        self._inside = False
        try:
            self._connection.execute("ROLLBACK")
        except self._psycopg.Error:
            self._connection.close()  # the server takes back what a closed connection did not commit

    def close(self) -> None:
        self._connection.close()

    def now(self) -> float:
        return float(self.read("SELECT extract(epoch FROM clock_timestamp())::double precision AS now")[0]["now"])

    @staticmethod
    @contextmanager
    def alone(address: str) -> Iterator[None]:
        """On a connection of its own, which gives the lock back when it ends, however it ends."""
        holder = PostgreSQL(address)
        try:
            holder.read("SELECT set_config('lock_timeout', '0', false)")
            holder.read("SELECT pg_advisory_lock(hashtextextended(?, 0))", (ALONE,))
            yield
        finally:
            holder.close()

    def _again(self, work: Callable[[], Found]) -> Found:
        try:
            return work()
        except DatabaseFailed:
            if self._inside or not self._connection.closed:
                raise
        self._connect()
        return work()

    def _do(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        try:
            cursor = self._connection.execute(statement.replace("%", "%%").replace("?", "%s"), tuple(values))
            if cursor.description is None:
                return []
            names = [column.name for column in cursor.description]
            return [dict(zip(names, row)) for row in cursor.fetchall()]
        except self._psycopg.Error as error:
            raise DatabaseFailed(self.address, error) from error
