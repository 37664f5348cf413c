# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls of modelled modules, and a small service in versions that answers on its host's address."""

from __future__ import annotations

import hashlib
import http.client
import socket
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

from ansible_collections.hybrid.rollout.tests.winhost.host.host import Host
from ansible_collections.hybrid.rollout.tests.winhost.models.call import Call
from ansible_collections.hybrid.rollout.tests.winhost.models.table import MODELS

PATIENCE_SECONDS = 30.0

PROGRAM = """#!{python}
import http.server, os, sys

class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{version}")

    def log_message(self, *words):
        pass

port = int(sys.argv[1] if sys.argv[1:] else os.environ["WINHOST_PORT"])
http.server.HTTPServer((os.environ["WINHOST_ADDRESS"], port), Answer).serve_forever()
"""


def do(host: Host, module: str, *, check: bool = False, **arguments: Any) -> dict[str, Any]:
    model = MODELS[module]
    assert set(arguments) <= model.honours | set(model.ignores)
    return model.carry_out(host, Call(module, arguments, frozenset(arguments), check=check))


def program(version: str) -> str:
    return PROGRAM.format(python=sys.executable, version=version)


def place(host: Host, path: str, content: str) -> Path:
    real = host.drives.real(path)
    real.parent.mkdir(parents=True, exist_ok=True)
    real.write_text(content, encoding="utf-8")
    return real


def release(folder: Path, version: str, **others: str) -> str:
    """A zip of the service in the folder; its digest."""
    archive = folder / f"{version}.zip"
    with zipfile.ZipFile(archive, "w") as written:
        written.writestr("quotes.exe", program(version))
        for name, content in others.items():
            written.writestr(name.replace("__", "."), content)
    return hashlib.sha256(archive.read_bytes()).hexdigest()


def free_port(address: str) -> int:
    with socket.socket() as probe:
        probe.bind((address, 0))
        return int(probe.getsockname()[1])


def answer(address: str, port: int) -> str:
    """What is answered there, "" when nobody listens."""
    connection = http.client.HTTPConnection(address, port, timeout=PATIENCE_SECONDS)
    try:
        connection.request("GET", "/")
        return connection.getresponse().read().decode()
    except OSError:
        return ""
    finally:
        connection.close()


def answers(address: str, port: int, wanted: str) -> bool:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if answer(address, port) == wanted:
            return True
        time.sleep(0.02)
    return False
