# SPDX-License-Identifier: GPL-3.0-or-later
"""The customers of one balancer: some keep their connections, some come with a fresh one for every request."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass
from urllib.parse import urlsplit

from ansible_collections.hybrid.rollout.tests.lab.witness.connection import Answer, Connection, Lost
from ansible_collections.hybrid.rollout.tests.lab.witness.records import Record

KEPT_CONNECTIONS = 8


@dataclass(frozen=True)
class Question:
    method: str
    path: str
    body: bytes = b""


class Customers:
    """Asks one balancer and turns every request into a record, whatever becomes of it."""

    def __init__(self, url: str, timeout_seconds: float) -> None:
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname:
            raise ValueError(f"{url} is no address of a balancer; write it like http://10.77.0.11/")
        self.name = parts.netloc
        self._address = (parts.hostname, parts.port or 80)
        self._quote = Question("GET", parts.path or "/")
        self._timeout = timeout_seconds
        self._idle: deque[Connection] = deque()
        self._open: set[Connection] = set()
        self.closed_while_idle = 0

    async def ask(self, number: str, started: float, kept: bool) -> Record:
        """One request for a quote that was due at ``started`` (epoch seconds); its latency counts from then."""
        record, _quote = await self.ask_for(self._quote, number, started, kept)
        return record

    async def ask_for(self, question: Question, number: str, started: float, kept: bool) -> tuple[Record, bytes]:
        """The same for another request, with the body of its answer."""
        status, error, headers, retried, body = 0, "", {}, False, b""
        try:
            async with asyncio.timeout(self._timeout):
                try:
                    answer = await self._exchange(question, number, kept, self._take_idle() if kept else None)
                except Lost as lost:
                    # What real clients do: an idempotent request on a connection gone stale is sent once more.
                    if not (kept and lost.stale):
                        raise
                    retried = True
                    answer = await self._exchange(question, number, kept, None)
            status, headers, body = answer.status, answer.headers, answer.body
            error = "" if status == 200 else "status"
        except TimeoutError:
            error = "timeout"
        except Lost as lost:
            status, error = lost.status, lost.code
        except ConnectionRefusedError:
            error = "refused"
        except OSError as cannot:
            error = f"cannot_connect: {cannot.strerror or cannot}"
        record = Record(
            id=number,
            started=started,
            balancer=self.name,
            connection="kept" if kept else "fresh",
            status=status,
            error=error,
            latency_ms=(time.time() - started) * 1000,
            version=headers.get("x-quotes-version", ""),
            member=headers.get("x-quotes-member", ""),
            retried=retried,
        )
        return record, body

    def close(self) -> None:
        self._idle.clear()
        for connection in list(self._open):
            connection.close()

    async def _exchange(self, question: Question, number: str, kept: bool, connection: Connection | None) -> Answer:
        if connection is None:
            connection = await self._connect()
        answer = None
        try:
            answer = await connection.exchange(self._request(question, number, kept))
        finally:
            if answer is not None and answer.reusable and kept and not connection.closed:
                self._idle.append(connection)
            else:
                connection.close()
        return answer

    def _request(self, question: Question, number: str, kept: bool) -> bytes:
        length = f"content-length: {len(question.body)}\r\n" if question.body else ""
        ending = "" if kept else "connection: close\r\n"
        first = f"{question.method} {question.path} HTTP/1.1\r\nhost: {self.name}\r\nx-witness-id: {number}\r\n"
        return f"{first}{length}{ending}\r\n".encode() + question.body

    def _take_idle(self) -> Connection | None:
        return self._idle.popleft() if len(self._idle) >= KEPT_CONNECTIONS else None

    async def _connect(self) -> Connection:
        _transport, connection = await asyncio.get_running_loop().create_connection(
            lambda: Connection(self._forget), *self._address
        )
        self._open.add(connection)
        return connection

    def _forget(self, connection: Connection) -> None:
        self._open.discard(connection)
        if connection in self._idle:
            self._idle.remove(connection)
            self.closed_while_idle += 1
