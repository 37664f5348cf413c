# SPDX-License-Identifier: GPL-3.0-or-later
"""What the read-only sessions of all engines have in common: Python's database interface. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any, Optional, Protocol

from ansible_collections.hybrid.rollout.plugins.module_utils._database.login import Login
from ansible_collections.hybrid.rollout.plugins.module_utils._database.model import DatabaseFailed, Row
from ansible_collections.hybrid.rollout.plugins.module_utils._database.table import Table


class Connection(Protocol):
    """What of a driver's connection is used."""

    # What a driver gives depends on the driver.
    def cursor(self) -> Any: ...  # noqa: ANN401

    def rollback(self) -> None: ...

    def close(self) -> None: ...


class Session:
    """A connection that can only read, closed at the end of its block. What differs by engine is in the classes below it."""

    kind = ""
    quotes = '""'
    errors: tuple[type[Exception], ...] = ()  # what the driver raises

    def __init__(self, login: Login) -> None:
        self._login = login
        try:
            self._connection = self.connected(login)
        except self.errors as error:
            raise login.failed(error, "cannot be reached") from error
        try:
            self.limited()
            self.database = self.own_name()
        except DatabaseFailed:
            self.close()
            raise

    def connected(self, login: Login) -> Connection:
        raise NotImplementedError

    def limited(self) -> None:
        """Read-only from here on, and no wait past its timeout."""
        raise NotImplementedError

    def own_name(self) -> str:
        """The name of the database, as it says itself."""
        raise NotImplementedError

    def columns(self) -> Iterable[Row]:
        """schema_name, table_name and column_name of every table and view outside the system's own schemas, in order."""
        raise NotImplementedError

    def is_locked(self, error: Exception) -> bool:
        """Whether a lock was not given in time."""
        raise NotImplementedError

    def read(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        try:
            return self.fetched(statement, values)
        except self.errors as error:
            raise self._login.failed(error, locked=self.is_locked(error)) from error

    def fetched(self, statement: str, values: Sequence[Any]) -> list[Row]:
        cursor = self._connection.cursor()
        try:
            if values:
                cursor.execute(self.marked(statement), tuple(values))
            else:
                cursor.execute(statement)
            names = [column[0].lower() for column in cursor.description or ()]
            return [dict(zip(names, row)) for row in cursor.fetchall()] if names else []
        finally:
            cursor.close()

    def marked(self, statement: str) -> str:
        """The statement with the driver's own marks for values."""
        return statement.replace("%", "%%").replace("?", "%s")

    def tables(self) -> list[Table]:
        found: dict[tuple[str, str], list[str]] = {}
        for row in self.columns():
            found.setdefault((row["schema_name"], row["table_name"]), []).append(row["column_name"])
        return [Table(schema, name, tuple(columns)) for (schema, name), columns in found.items()]

    def quoted(self, *names: str) -> str:
        begin, end = self.quotes[0], self.quotes[1]
        return ".".join(f"{begin}{name.replace(end, end * 2)}{end}" for name in names if name)

    def close(self) -> None:
        with suppress(*self.errors):  # it may have gone already, and nothing of it was to be kept
            self._connection.close()

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, _kind: Optional[type[BaseException]], _error: Optional[BaseException], _trace: Optional[TracebackType]
    ) -> None:
        self.close()
