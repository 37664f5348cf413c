# SPDX-License-Identifier: GPL-3.0-or-later
"""quotes: the lab's service, one small HTTP/1.1 server that says who it is, whether it is ready, and a quote.

Environment: QUOTES_PORT (8080), QUOTES_MEMBER (the host's name), QUOTES_DATABASE (postgresql://..., none). ``release.json``
one folder up says what this release is and, for the broken ones, what is wrong with it. GET /health, GET / and
GET /wait/MILLISECONDS (a slow quote); with a database PUT /sayings/ID (who said something) and GET /sayings/ID.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import re
import signal
import socket
import sys
from http import HTTPStatus
from pathlib import Path
from typing import Any

QUOTES = [
    "Simplicity is prerequisite for reliability.",
    "A distributed system is one where a machine you did not know of can break yours.",
    "Hope is not a strategy.",
    "What is not measured cannot be improved.",
]
WRONG_QUOTE = "Lorem ipsum dolor sit amet."
IDLE_GRACE_SECONDS = 0.1
STOP_SECONDS = 10.0
SAYING = re.compile(r"/sayings/([A-Za-z0-9-]{1,64})")
LONGEST_SAYING = 1000


class Service:
    """What this release answers, by path, by the time since its start, and by its defect."""

    def __init__(self, release: dict[str, object], member: str, sayings: Any = None) -> None:
        self._sayings = sayings
        self.defect = str(release["defect"])
        self.version = "0.9" if self.defect == "wrong_version" else str(release["version"])
        self.member = member
        self.ready = False
        self.stopping = False
        self.connections: set[Connection] = set()
        broken = "this release is broken\n"
        failing, warming = HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE
        self._broken = self._answer(failing, broken)
        self._warming = self._answer(warming, "warming up\n")
        self._not_found = self._answer(HTTPStatus.NOT_FOUND, "nothing here\n")
        self._health = {False: self._health_answer(warming, False), True: self._health_answer(HTTPStatus.OK, True)}
        quotes = [WRONG_QUOTE] if self.defect == "wrong_quotes" else QUOTES
        self._quotes = itertools.cycle([self._answer(HTTPStatus.OK, quote + "\n") for quote in quotes])

    def _health_answer(self, status: HTTPStatus, ready: bool) -> bytes:
        state = {"service": "quotes", "version": self.version, "ready": ready, "member": self.member}
        return self._answer(status, json.dumps(state) + "\n", "application/json")

    def _answer(self, status: HTTPStatus, text: str, kind: str = "text/plain") -> bytes:
        body = text.encode()
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n"
            f"x-quotes-version: {self.version}\r\nx-quotes-member: {self.member}\r\n"
        )
        return head.encode() + b"\r\n" + body

    def answer(self, path: bytes) -> bytes:
        if self.defect == "errors":
            return self._broken
        if path == b"/health":
            return self._health[self.ready]
        if not self.ready:
            return self._warming
        if path != b"/" and not path.startswith(b"/wait/"):
            return self._not_found
        return self._broken if self.defect == "errors_for_customers" else next(self._quotes)

    async def saying(self, method: bytes, path: bytes, body: bytes | None) -> bytes:
        """The answer about one row; of a PUT once the row is committed. No body is one that is missing or too long."""
        if self.defect in ("errors", "errors_for_customers"):
            return self._broken
        if not self.ready:
            return self._warming
        if self._sayings is None:
            return self._answer(HTTPStatus.SERVICE_UNAVAILABLE, "no database\n")
        try:
            name, text = SAYING.fullmatch(path.decode()), None if body is None else body.decode()
        except UnicodeDecodeError:
            name, text = None, None
        if name is None or text is None or "\0" in text:
            return self._answer(
                HTTPStatus.BAD_REQUEST, "PUT or GET /sayings/ID, with letters, digits and dashes, and a text\n"
            )
        try:
            if method == b"PUT":
                await self._sayings.keep(name[1], text)
                return self._answer(HTTPStatus.OK, "kept\n")
            found = await self._sayings.read(name[1])
        except TimeoutError:
            return self._answer(HTTPStatus.SERVICE_UNAVAILABLE, "the database does not answer\n")
        except ValueError as refused:
            return self._answer(HTTPStatus.INTERNAL_SERVER_ERROR, f"{refused}\n")
        return self._not_found if found is None else self._answer(HTTPStatus.OK, found)


class Connection(asyncio.Protocol):
    """One client connection: requests are answered one after the other, in order."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._received = b""
        self._waiting = False
        self._asking: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._service.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._service.connections.discard(self)

    def data_received(self, data: bytes) -> None:
        self._received += data
        self._serve()

    def close_if_idle(self) -> None:
        if not self._received and not self._waiting:
            self._transport.close()

    def _serve(self) -> None:
        while not self._waiting and not self._transport.is_closing():
            head, found, rest = self._received.partition(b"\r\n\r\n")
            if not found:
                return
            method, _space, path = head.partition(b"\r\n")[0].rpartition(b" ")[0].partition(b" ")
            lower = head.lower()
            last = b"\r\nconnection: close" in lower or (b" http/1.0" in lower and b"keep-alive" not in lower)
            is_saying = path.startswith(b"/sayings/")
            length = length_of_body(lower) if is_saying and method == b"PUT" else 0
            if len(rest) < (length or 0):
                return
            body = None if length is None else rest[:length]
            last = last or length is None  # nobody reads on to find the next request
            self._received = rest[length:]
            if method not in ((b"GET", b"HEAD", b"PUT") if is_saying else (b"GET", b"HEAD")):
                self._transport.write(
                    b"HTTP/1.1 405 Method Not Allowed\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                )
                self._transport.close()
            elif is_saying:
                self._waiting = True
                self._asking = asyncio.create_task(self._say(method, path, body, last))
            elif path.startswith(b"/wait/") and path[6:].isdigit():
                self._waiting = True
                seconds = int(path[6:]) / 1000
                asyncio.get_running_loop().call_later(seconds, self._after_wait, method, path, last)
            else:
                self._send(method, self._service.answer(path), last)

    def _after_wait(self, method: bytes, path: bytes, last: bool) -> None:
        self._waiting = False
        self._send(method, self._service.answer(path), last)
        self._serve()

    async def _say(self, method: bytes, path: bytes, body: bytes | None, last: bool) -> None:
        try:
            answer = await self._service.saying(method, path, body)
        except Exception:
            self._transport.abort()  # nobody waits for an answer that will not come
            raise
        self._waiting = False
        self._send(method, answer, last)
        self._serve()

    def _send(self, method: bytes, answer: bytes, last: bool) -> None:
        head, _blank, body = answer.partition(b"\r\n\r\n")
        last = last or self._service.stopping
        ending = b"\r\nconnection: close\r\n\r\n" if last else b"\r\n\r\n"
        self._transport.write(head + ending + (b"" if method == b"HEAD" else body))
        if last:
            self._transport.close()


def length_of_body(head: bytes) -> int | None:
    """None where it is missing or too long; ``head`` is in lower case."""
    said = re.search(rb"\r\ncontent-length: *([0-9]{1,9})(?:\r\n|$)", head)
    return int(said[1]) if said and int(said[1]) <= LONGEST_SAYING else None


async def serve(service: Service, port: int, startup_seconds: float) -> None:
    """Serve until SIGTERM; then take nothing new, finish what is in flight, and return."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(service), "0.0.0.0", port, backlog=1024)
    print(f"quotes {service.version} on {service.member} listens on port {port}", file=sys.stderr, flush=True)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if service.defect != "never_ready":
        loop.call_later(startup_seconds, setattr, service, "ready", True)
    if service.defect == "crash_after_5s":
        loop.call_later(startup_seconds + 5, os._exit, 1)
    await stop.wait()
    service.stopping = True
    server.close()
    deadline = loop.time() + STOP_SECONDS
    await asyncio.sleep(IDLE_GRACE_SECONDS)
    while service.connections and loop.time() < deadline:
        for connection in list(service.connections):
            connection.close_if_idle()
        await asyncio.sleep(0.01)


async def main() -> None:
    release = json.loads((Path(__file__).resolve().parent.parent / "release.json").read_text())
    member = os.environ.get("QUOTES_MEMBER") or socket.gethostname()
    port = int(os.environ.get("QUOTES_PORT", "8080"))
    database = os.environ.get("QUOTES_DATABASE")
    if not database:
        await serve(Service(release, member), port, release["startup_seconds"])
        return
    # And with it asyncpg, which a service without a database does not need.
    from sayings import Sayings  # noqa: PLC0415

    async with Sayings(database, release["columns"].split()) as sayings:
        await serve(Service(release, member, sayings), port, release["startup_seconds"])


if __name__ == "__main__":
    asyncio.run(main())
