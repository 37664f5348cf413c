# SPDX-License-Identifier: GPL-3.0-or-later
"""Listens for the balancers' log (HAProxy httplog, syslog over UDP) and keeps the lines of what went wrong."""

from __future__ import annotations

import asyncio
import re
import socket
from dataclasses import dataclass
from typing import Any

KEPT_LINES = 2000
HTTPLOG = re.compile(
    r" (?P<backend>\S+)/(?P<server>\S+) [-+\d]+(?:/[-+\d]+){4} (?P<status>-?\d+) \+?\d+ \S+ \S+ (?P<termination>\S{4})"
    r" \d+/\d+/\d+/\d+/(?P<retries>\+?\d+) \d+/\d+ (?:\{(?P<captured>[^}]*)\} )?(?:\{[^}]*\} )?\""
)


@dataclass(frozen=True)
class LoggedRequest:
    """How a balancer says that a request ended; ``captured`` are the request headers it was told to log."""

    balancer: str
    backend: str
    server: str
    status: int
    termination: str
    retries: str
    captured: str
    line: str

    @property
    def abnormal(self) -> bool:
        return self.status != 200 or self.termination[:2] != "--"


def read_line(balancer: str, line: str) -> LoggedRequest | None:
    """A request's httplog line; None for anything else that a balancer logs."""
    found = HTTPLOG.search(line)
    if found is None:
        return None
    return LoggedRequest(
        balancer=balancer,
        backend=found["backend"],
        server=found["server"],
        status=int(found["status"]),
        termination=found["termination"],
        retries=found["retries"],
        captured=found["captured"] or "",
        line=line,
    )


class BalancerLog(asyncio.DatagramProtocol):
    """``lines_read`` counts all requests seen in the log, ``abnormal`` keeps the first of those that went wrong."""

    def __init__(self) -> None:
        self.lines_read = 0
        self.abnormal: list[LoggedRequest] = []

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        request = read_line(str(addr[0]), data.decode("utf-8", "replace").strip())
        if request is None:
            return
        self.lines_read += 1
        if request.abnormal and len(self.abnormal) < KEPT_LINES:
            self.abnormal.append(request)

    def by_request(self) -> dict[str, LoggedRequest]:
        """What a balancer logged of each request, by its x-witness-id."""
        return {captured: line for line in self.abnormal for captured in line.captured.split("|")}


async def listen(address: str, port: int) -> tuple[asyncio.DatagramTransport, BalancerLog]:
    """Take log lines at ``address``; a wide buffer, because two balancers log every request."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * 1024 * 1024)
        listener.bind((address, port))
        listener.setblocking(False)
        return await asyncio.get_running_loop().create_datagram_endpoint(BalancerLog, sock=listener)
    except OSError as error:
        listener.close()
        raise OSError(
            f"cannot take the balancers' log at {address}:{port}: {error.strerror}. "
            "Is the lab up, and no other witness running?"
        ) from error
