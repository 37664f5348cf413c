# SPDX-License-Identifier: GPL-3.0-or-later
"""A modelled host on a folder of its own, and a server with releases of a small service."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.unit.winhost.modelled import free_port
from ansible_collections.hybrid.rollout.tests.winhost.host.host import Host


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    made = Host("win01", "127.0.1.1", tmp_path / "win01")
    yield made
    made.close()


@pytest.fixture
def port() -> int:
    return free_port("127.0.1.1")


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder, and the address at which its files can be downloaded."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()
