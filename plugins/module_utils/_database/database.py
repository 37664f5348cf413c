# SPDX-License-Identifier: GPL-3.0-or-later
"""Databases by their addresses: what each adapter can do, and which there are. Private to hybrid.rollout.

Statements are written with ``?`` where a value stands, and hold neither a question mark nor a value of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from ansible_collections.hybrid.rollout.plugins.module_utils._database.address import scheme_of
from ansible_collections.hybrid.rollout.plugins.module_utils._database.model import Row
from ansible_collections.hybrid.rollout.plugins.module_utils._database.postgresql import PostgreSQL
from ansible_collections.hybrid.rollout.plugins.module_utils._database.sqlite import SQLite


class Database(Protocol):
    """A connection. ``address`` opens it again and is fit to be shown: it never holds a password."""

    kind: str
    address: str

    def read(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        """The rows of a question; asked once more on a new connection if the old one was lost outside a transaction."""

    def begin(self) -> None:
        """Begin a transaction and wait until nobody else writes; tried once more on a new connection if the old one was lost."""

    def write(self, statement: str, values: Sequence[Any] = ()) -> None:
        """A statement inside a transaction; never tried again."""

    def commit(self) -> None: ...

    def rollback(self) -> None: ...

    def close(self) -> None: ...

    def now(self) -> float:
        """Seconds since the epoch, on the one clock that all who use this database share."""


class _Adapter(Protocol):
    @staticmethod
    def is_there(address: str) -> bool:
        """Whether there is something to be read; makes nothing."""

    @staticmethod
    def alone(address: str) -> AbstractContextManager[None]:
        """Hold a lock that one at a time can hold among all who use this database, apart from any transaction."""

    def __call__(self, address: str) -> Database: ...


ADAPTERS: dict[str, Any] = {"sqlite": SQLite, "postgresql": PostgreSQL}


def is_there(address: str) -> bool:
    """Whether there is something to be read. A PostgreSQL answers for itself when it is opened."""
    adapter: _Adapter = ADAPTERS[scheme_of(address)]
    return adapter.is_there(address)


def lock(address: str) -> AbstractContextManager[None]:
    adapter: _Adapter = ADAPTERS[scheme_of(address)]
    return adapter.alone(address)


def open_database(address: str) -> Database:
    """Open what the address names: a path is a SQLite file, made if it is not there."""
    adapter: _Adapter = ADAPTERS[scheme_of(address)]
    return adapter(address)
