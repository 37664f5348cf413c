# SPDX-License-Identifier: GPL-3.0-or-later
"""Who said something: rows of a table in PostgreSQL, in the columns that the release knows."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import asyncpg

CONNECTIONS = 8
SECONDS = 8.0  # longer than a migration waits for its lock: whoever waits behind it is answered
SECONDS_BETWEEN = 0.1
# The last one is how asyncpg says of a connection that it was lost between two statements.
GONE = (
    *(OSError, asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError),
    *(asyncpg.InterfaceError, asyncpg.InternalClientError),
)


class Sayings:
    """Both calls ask again on another connection when one was lost. TimeoutError after 8 seconds, ValueError when the database says no."""

    def __init__(self, url: str, columns: Sequence[str]) -> None:
        places = ", ".join(columns)
        self._keep = f"""
            INSERT INTO sayings (id, {places}) VALUES ($1, {", ".join(["$2"] * len(columns))})
            ON CONFLICT (id) DO UPDATE SET {", ".join(f"{column} = $2" for column in columns)}
        """
        self._read = f"SELECT COALESCE({', '.join(reversed(columns))}) FROM sayings WHERE id = $1"
        # Prepared statements would be those of the table before a migration.
        self._pool = asyncpg.create_pool(url, min_size=0, max_size=CONNECTIONS, statement_cache_size=0)

    async def __aenter__(self) -> Sayings:
        await self._pool
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._pool.terminate()

    async def keep(self, name: str, text: str) -> None:
        """Returns once the row is committed."""
        await self._ask(self._keep, name, text)

    async def read(self, name: str) -> Any:
        return await self._ask(self._read, name)

    async def _ask(self, statement: str, *values: str) -> Any:
        async with asyncio.timeout(SECONDS):
            while True:
                try:
                    async with self._pool.acquire() as connection:
                        return await connection.fetchval(statement, *values)
                except GONE:
                    await asyncio.sleep(SECONDS_BETWEEN)
                except asyncpg.PostgresError as refused:
                    raise ValueError(f"the database refuses: {refused}") from refused
