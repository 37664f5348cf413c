# SPDX-License-Identifier: GPL-3.0-or-later
"""A release of quotes unpacked from its archive and started for real on a free port of loopback."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.hybrid.rollout.tests.lab.quotes.build_releases import Release, build

PATIENCE_SECONDS = 30.0


@dataclass
class Quotes:
    process: subprocess.Popen[bytes]
    port: int

    def get(self, path: str) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def health(self) -> tuple[int, dict[str, Any]]:
        status, _headers, body = self.get("/health")
        return status, json.loads(body)

    def wait_until_ready(self) -> None:
        wait_until(lambda: self.health()[0] == 200)


def wait_until(come_true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not come_true():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(release: Release, folder: Path) -> Iterator[Quotes]:
    home = folder / f"quotes-{release.version}-{release.defect}"
    home.mkdir()
    with tarfile.open(build(release, folder)) as archive:
        archive.extractall(home)
    port = free_port()
    environment = {**os.environ, "QUOTES_PORT": str(port), "QUOTES_MEMBER": "app1"}
    with subprocess.Popen([home / "bin" / "quotes"], env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            wait_until(lambda: process.poll() is not None or listens(port))
            yield Quotes(process, port)
        finally:
            process.kill()


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
