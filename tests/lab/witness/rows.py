# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows that customers write and read back: what was acknowledged has to be there, with the text that was written, whoever answers."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Optional

from ansible_collections.hybrid.rollout.tests.lab.witness.customers import Customers, Question
from ansible_collections.hybrid.rollout.tests.lab.witness.records import Record

READERS_AT_THE_END = 4
END_SECONDS = 120.0
KEPT_FINDINGS = 100
BAD = ("wrong", "lost", "unread")


@dataclass(frozen=True)
class Row:
    """A row whose write was acknowledged."""

    id: str
    text: str
    written_through: int


@dataclass(frozen=True)
class Finding:
    """A row that was not read as it was written: ``wrong`` (another text), ``lost`` (no such row), or ``unread`` (no answer at the end)."""

    kind: str
    row: str
    written: str
    found: str
    at: float
    balancer: str
    version: str
    member: str


class Rows:
    """``customers`` are those of each balancer. A write that failed may have happened or not: nobody asks for its row."""

    def __init__(self, customers: Sequence[Customers]) -> None:
        self._customers = customers
        self._rows: list[Row] = []
        self._by_balancer: list[list[int]] = [[] for _each in customers]
        self._chance = random.Random(0)
        self._read = 0
        self._findings: list[Finding] = []
        self._counts = dict.fromkeys(BAD, 0)

    def askers(self) -> list[RowsThrough]:
        return [RowsThrough(self, which) for which in range(len(self._customers))]

    async def write(self, which: int, number: str, started: float, kept: bool) -> Record:
        text = f"{number} said it through {self._customers[which].name}"
        question = Question("PUT", f"/sayings/{number}", text.encode())
        record, _body = await self._customers[which].ask_for(question, number, started, kept)
        if not record.failed:
            self._by_balancer[which].append(len(self._rows))
            self._rows.append(Row(number, text, which))
        return record

    def choose(self, which: int) -> int | None:
        """A row of any age to read through this balancer, written through another one where there are several."""
        places = self._by_balancer[(which + 1) % len(self._by_balancer)]
        return self._chance.choice(places) if places else None

    async def read(self, place: int, which: int, number: str, started: float, kept: bool) -> Record:
        row = self._rows[place]
        question = Question("GET", f"/sayings/{row.id}")
        record, body = await self._customers[which].ask_for(question, number, started, kept)
        if record.status == 404:
            self._find("lost", row, "", record)
        elif not record.failed and body != row.text.encode():
            self._find("wrong", row, body.decode("utf-8", "replace"), record)
        elif not record.failed:
            self._read += 1
        return record

    async def read_all(
        self, on_record: Callable[[Record], None], run_name: str, within_seconds: float = END_SECONDS
    ) -> None:
        """Every row once more at the end: what was there an hour ago may have gone with a column. What is not asked for in time is unread."""
        slots = asyncio.Semaphore(READERS_AT_THE_END)
        deadline = time.monotonic() + within_seconds

        async def one(place: int, row: Row) -> None:
            async with slots:
                if time.monotonic() >= deadline:
                    self._find("unread", row, "", None)
                    return
                which = (row.written_through + 1) % len(self._customers)
                record = await self.read(place, which, f"{run_name}-end-{place:07d}", time.time(), kept=True)
                on_record(record)
                if record.failed and record.status != 404:
                    self._find("unread", row, "", record)

        await asyncio.gather(*(one(place, row) for place, row in enumerate(self._rows)))

    def account(self) -> dict[str, Any]:
        return {
            "written": len(self._rows),
            "read": self._read,
            **self._counts,
            "findings": [asdict(finding) for finding in self._findings],
        }

    def line(self) -> str:
        found = ", ".join(f"{count} {kind}" for kind, count in self._counts.items())
        return f"witness: {len(self._rows)} rows written, {self._read} readings as written, {found}"

    def _find(self, kind: str, row: Row, found: str, record: Optional[Record]) -> None:
        self._counts[kind] += 1
        if len(self._findings) < KEPT_FINDINGS:
            where = (time.time(), "", "", "")
            if record is not None:
                where = (record.started, record.balancer, record.version, record.member)
            self._findings.append(Finding(kind, row.id, row.text, found, *where))


class RowsThrough:
    """What customers ask one balancer for: half of the time a row is written, by chance, so that both come on every kind of connection."""

    def __init__(self, rows: Rows, which: int) -> None:
        self._rows, self._which = rows, which
        self._chance = random.Random(which)

    async def ask(self, number: str, started: float, kept: bool) -> Record:
        place = self._rows.choose(self._which) if self._chance.random() < 0.5 else None
        if place is None:
            return await self._rows.write(self._which, number, started, kept)
        return await self._rows.read(place, self._which, number, started, kept)
