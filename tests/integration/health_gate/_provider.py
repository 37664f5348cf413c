# SPDX-License-Identifier: GPL-3.0-or-later
"""A monitoring system of a test: real HTTP on loopback, that gives recorded answers and whatever a test wants."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Union
from urllib.parse import parse_qsl, urlsplit

FIXTURES = Path(__file__).parents[2] / "fixtures/monitoring"


class Provider:
    """Answers each query with the file of its name; ``answers`` holds bodies and statuses of a test's own."""

    def __init__(self, folder: str) -> None:
        self.folder = FIXTURES / folder
        self.answers: dict[str, tuple[int, Union[str, dict[str, Any]]]] = {}
        self.requests: list[tuple[str, dict[str, str], dict[str, str]]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def fixture(self, name: str) -> Any:
        return json.loads((self.folder / f"{name}.json").read_text(encoding="utf-8"))

    def answer(self, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
        parts = urlsplit(path)
        asked = dict(parse_qsl(parts.query))
        self.requests.append((parts.path, asked, headers))
        name = asked.get("servicedescription") or asked.get("target") or asked["query"]
        if name in self.answers:
            status, body = self.answers[name]
            return status, (body if isinstance(body, str) else json.dumps(body)).encode()
        return 200, json.dumps(self.fixture(name)).encode()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = provider.answer(self.path, {name.lower(): value for name, value in self.headers.items()})
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *values: object) -> None:
            """Tests speak through their assertions."""

    return Handler
