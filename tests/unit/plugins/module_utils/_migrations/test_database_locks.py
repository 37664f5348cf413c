# SPDX-License-Identifier: GPL-3.0-or-later
"""Locks as SQL Server tells of them, and what is said where an engine has none. Real ones are looked at in the integration tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._database.model import DatabaseFailed
from ansible_collections.hybrid.rollout.plugins.module_utils._database.table import Table
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.database_locks import (
    FREE,
    NOT_SEEN_FROM_HERE,
    advisory_lock,
    application_lock,
    lock_of_any,
    named_lock,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import Lock


class SQLServer:
    """Answers as one would. Without ``holders`` the account may not see who holds what."""

    kind, database = "mssql", "quotes"

    def __init__(self, free: int, holders: Sequence[dict[str, Any]] | None = None) -> None:
        self._free, self._holders = free, holders
        self.asked: list[tuple[str, Sequence[Any]]] = []

    def read(self, statement: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
        self.asked.append((statement, values))
        if "APPLOCK_TEST" in statement:
            return [{"free": self._free}]
        if self._holders is None:
            raise DatabaseFailed("mssql", RuntimeError("VIEW SERVER STATE permission was denied"))
        return list(self._holders)

    def tables(self) -> Sequence[Table]:
        return ()

    def quoted(self, *names: str) -> str:
        return ".".join(names)


BUILD7 = {"session": 51, "account": "deploy", "program": "efbundle", "host": "BUILD7"}


@pytest.mark.parametrize(
    ("server", "lock"),
    [
        (SQLServer(1), FREE),
        (
            SQLServer(0, [BUILD7]),
            Lock(held=True, holder="session 51, account deploy, program efbundle, from BUILD7"),
        ),
        (SQLServer(0), Lock(held=True)),
        (SQLServer(0, []), Lock(held=True)),
    ],
)
def test_a_lock_of_an_application_is_seen_and_its_holder_where_the_account_may(server: SQLServer, lock: Lock) -> None:
    assert application_lock(server, "__EFMigrationsLock") == lock
    assert all(statement.lstrip().startswith("SELECT") for statement, _values in server.asked)


def test_a_long_name_is_looked_for_by_what_the_server_shows_of_it() -> None:
    server = SQLServer(0, [])
    application_lock(server, "x" * 40)
    assert [values for _statement, values in server.asked] == [("x" * 40,), (f"[{'x' * 32}]",)]


def test_a_lock_of_another_engine_is_not_seen_and_never_called_free() -> None:
    assert advisory_lock(SQLServer(1), 1) == named_lock(SQLServer(1), "a") == NOT_SEEN_FROM_HERE
    held = Lock(held=True, holder="somebody")
    assert lock_of_any(FREE, NOT_SEEN_FROM_HERE) == NOT_SEEN_FROM_HERE
    assert lock_of_any(NOT_SEEN_FROM_HERE, held) == held
    assert lock_of_any(FREE, FREE) == FREE
