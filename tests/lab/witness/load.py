# SPDX-License-Identifier: GPL-3.0-or-later
"""The load: requests are due on a fixed schedule, whether or not earlier ones have been answered (up to a limit)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from ansible_collections.hybrid.rollout.tests.lab.witness.records import Record


class Askers(Protocol):
    async def ask(self, number: str, started: float, kept: bool) -> Record: ...


class Load:
    """``rate`` requests a second, in turn to each balancer; ``fresh_share`` of them on a connection of their own."""

    def __init__(
        self,
        customers: Sequence[Askers],
        rate: float,
        fresh_share: float,
        in_flight_limit: int,
        on_record: Callable[[Record], None],
        run_name: str,
    ) -> None:
        self._customers = customers
        self._rate = rate
        self._fresh_share = fresh_share
        self._slots = asyncio.Semaphore(in_flight_limit)
        self._on_record = on_record
        self._run_name = run_name

    async def run(self, stop: asyncio.Event) -> None:
        """Send until ``stop``, then wait for what is in flight: no request that was sent goes unaccounted."""
        begun, sent = time.time(), 0
        async with asyncio.TaskGroup() as in_flight:
            while not stop.is_set():
                due = begun + sent / self._rate
                if (wait := due - time.time()) > 0:
                    await asyncio.sleep(wait)
                    continue
                await self._slots.acquire()
                in_flight.create_task(self._one(sent, due))
                sent += 1

    async def _one(self, number: int, due: float) -> None:
        try:
            turn, which = divmod(number, len(self._customers))
            fresh = int((turn + 1) * self._fresh_share) > int(turn * self._fresh_share)
            record = await self._customers[which].ask(f"{self._run_name}-{number:07d}", due, kept=not fresh)
            self._on_record(record)
        finally:
            self._slots.release()
