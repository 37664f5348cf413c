# SPDX-License-Identifier: GPL-3.0-or-later
"""A release of ledgerd unpacked from its archive and started under Mono, as a member of its own on loopback."""

from __future__ import annotations

import os
import signal
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from ansible_collections.hybrid.rollout.tests.integration._ports import free_port
from ansible_collections.hybrid.rollout.tests.integration.haproxy._mono import mono_or_skip
from ansible_collections.hybrid.rollout.tests.integration.haproxy._processes import until
from ansible_collections.hybrid.rollout.tests.lab.ledgerd.build_releases import build
from ansible_collections.hybrid.rollout.tests.lab.quotes.build_releases import Release

PATIENCE_SECONDS = 30.0


@dataclass
class Ledgerd:
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

    def listens(self) -> bool:
        try:
            connection = self.connect()
            connection.connect()
            connection.close()
        except OSError:
            return False
        return True

    def wait_until_ready(self, health: str = "/health") -> None:
        until(lambda: self.ask(health)[0] == 200, f"{self.name} is ready")

    def tell_to_stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)


@contextmanager
def running(release: Release, folder: Path, name: str = "win01", url_prefix: str = "/") -> Iterator[Ledgerd]:
    """The tests of a session share what was compiled. The configuration file says the port, as on a member."""
    home = folder / name
    home.mkdir()
    mono = mono_or_skip(home)
    shared = folder.parent / "releases"
    shared.mkdir(exist_ok=True)
    with zipfile.ZipFile(build(release, shared)) as archive:
        archive.extractall(home)
    port = free_port()
    config = home / "ledgerd.exe.config"
    text = config.read_text().replace('"port" value="8080"', f'"port" value="{port}"')
    config.write_text(text.replace('"urlPrefix" value="/"', f'"urlPrefix" value="{url_prefix}"'))
    environment = {**os.environ, "WINHOST_ADDRESS": "127.0.0.1", "WINHOST_NAME": name}
    with subprocess.Popen([*mono.run, str(home / "ledgerd.exe")], env=environment) as process:
        ledgerd = Ledgerd(name, port, process)
        try:
            until(lambda: process.poll() is not None or ledgerd.listens(), f"{name} listens")
            yield ledgerd
        finally:
            process.kill()
