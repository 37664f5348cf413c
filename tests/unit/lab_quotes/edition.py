# SPDX-License-Identifier: GPL-3.0-or-later
"""The service quotes in one of its editions, as a process that listens on loopback: how customers and operators meet it."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

from ansible_collections.hybrid.rollout.tests.lab.quotes.build_releases import Release

PATIENCE_SECONDS = 30.0


@dataclass
class Edition:
    name: str
    port: int
    process: subprocess.Popen[bytes]

    def connect(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)

    def ask(self, path: str, method: str = "GET") -> tuple[int, dict[str, str], str]:
        connection = self.connect()
        try:
            connection.request(method, path)
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode()
        finally:
            connection.close()

    def health(self) -> tuple[int, dict[str, Any]]:
        status, _headers, body = self.ask("/health")
        return status, json.loads(body)

    def listens(self) -> bool:
        return listens(self.port)

    def wait_until_ready(self, health: str = "/health") -> None:
        wait_until(lambda: self.ask(health)[0] == 200)

    def wait_until_it_listens(self) -> None:
        wait_until(lambda: self.process.poll() is not None or self.listens())

    def tell_to_stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)


Run = Callable[[Release], AbstractContextManager[Edition]]


def wait_until(come_true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not come_true():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
