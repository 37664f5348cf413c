# SPDX-License-Identifier: GPL-3.0-or-later
"""A server on loopback that misbehaves on order: each behaviour is a way in which customers are let down."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

GOOD = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\nx-quotes-version: 1.1\r\nx-quotes-member: app1\r\n\r\nhello"
BUSY = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 4\r\nx-quotes-member: app2\r\n\r\nbusy"
Behaviour = Callable[["Visit"], Awaitable[None]]


@dataclass
class Visit:
    """One request that came in: ``nth`` on its connection, counted from 1; ``connection`` counts connections from 1."""

    nth: int
    connection: int
    request: bytes
    writer: asyncio.StreamWriter

    def reset(self) -> None:
        self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


async def answers(visit: Visit) -> None:
    visit.writer.write(GOOD)


async def answers_503(visit: Visit) -> None:
    visit.writer.write(BUSY)


async def resets(visit: Visit) -> None:
    visit.reset()


async def hangs_up(visit: Visit) -> None:
    visit.writer.close()


async def sends_half_a_body(visit: Visit) -> None:
    visit.writer.write(GOOD[:-3])
    visit.writer.close()


async def sends_half_a_head(visit: Visit) -> None:
    visit.writer.write(GOOD[:20])
    visit.writer.close()


async def speaks_another_protocol(visit: Visit) -> None:
    visit.writer.write(b"220 mail.example.com ESMTP\r\n\r\n")


async def never_answers(visit: Visit) -> None:
    pass


async def drops_connections_on_their_second_request(visit: Visit) -> None:
    if visit.nth == 1:
        visit.writer.write(GOOD)
    else:
        visit.writer.close()


async def answers_and_closes_when_idle(visit: Visit) -> None:
    visit.writer.write(GOOD)
    visit.writer.close()


@dataclass
class Server:
    url: str
    requests: list[bytes] = field(default_factory=list)


@asynccontextmanager
async def serving(behaviour: Behaviour) -> AsyncIterator[Server]:
    state = Server("")
    writers: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        connection, nth = len(writers), 0
        try:
            while request := await reader.readuntil(b"\r\n\r\n"):
                nth += 1
                state.requests.append(request)
                await behaviour(Visit(nth, connection, request, writer))
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    state.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    try:
        yield state
    finally:
        server.close()
        for writer in writers:
            writer.close()
