# SPDX-License-Identifier: GPL-3.0-or-later
"""One HTTP/1.1 client connection that carries one request at a time and says exactly how an exchange ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """A whole answer; ``reusable`` when the server keeps the connection open."""

    status: int
    headers: dict[str, str]
    reusable: bool
    body: bytes


class Lost(Exception):
    """The connection ended before the answer was whole; ``code`` is a word for the records.

    ``stale`` when it had served before and ended without a byte of this answer: the server may have hung up meanwhile.
    """

    def __init__(self, code: str, status: int = 0, stale: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.stale = stale


class Connection(asyncio.Protocol):
    """Use ``exchange`` again and again until ``closed``; ``on_close`` is told when the server hangs up."""

    def __init__(self, on_close: Callable[[Connection], None]) -> None:
        self._on_close = on_close
        self._answer: asyncio.Future[Answer] | None = None
        self._received = b""
        self._head: tuple[int, dict[str, str], int | None] | None = None
        self.used = False
        self.closed = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    async def exchange(self, request: bytes) -> Answer:
        """Send ``request`` and return its whole answer; raise Lost when the connection ends first."""
        if self.closed:
            raise Lost("closed_before_answer", stale=self.used)
        self._received, self._head = b"", None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        try:
            return await self._answer
        finally:
            self._answer = None
            self.used = True

    def close(self) -> None:
        self.closed = True
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        if self._answer is None or self._answer.done():
            self.close()
            return
        self._received += data
        if self._head is None:
            head, found, rest = self._received.partition(b"\r\n\r\n")
            if not found:
                return
            try:
                self._head = read_head(head)
            except ValueError:
                self._answer.set_exception(Lost("unreadable_answer"))
                self.close()
                return
            self._received = rest
        status, headers, length = self._head
        if length is not None and len(self._received) >= length:
            reusable = headers.get("connection", "").lower() != "close"
            self._answer.set_result(Answer(status, headers, reusable, self._received[:length]))

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        if self._answer is not None and not self._answer.done():
            if self._head is not None and self._head[2] is None and exc is None:
                self._answer.set_result(Answer(self._head[0], self._head[1], False, self._received))
            else:
                self._answer.set_exception(self._how_lost(exc))
        self._on_close(self)

    def _how_lost(self, exc: Exception | None) -> Lost:
        if self._head is not None:
            return Lost("short_body", self._head[0])
        if self._received:
            return Lost("short_head")
        return Lost("closed_before_answer" if exc is None else "reset", stale=self.used)


def read_head(head: bytes) -> tuple[int, dict[str, str], int | None]:
    """Status, headers by lower-case name, and the body's length; None when only the end of the connection ends it."""
    first, *lines = head.decode("latin-1").split("\r\n")
    protocol, status, *_reason = f"{first} ".split(" ")
    if not protocol.startswith("HTTP/1."):
        raise ValueError(first)
    headers = {name.strip().lower(): value.strip() for name, _colon, value in (line.partition(":") for line in lines)}
    if "transfer-encoding" in headers:
        raise ValueError("the witness reads only answers with a content-length")
    length = headers.get("content-length")
    return int(status), headers, None if length is None else int(length)
