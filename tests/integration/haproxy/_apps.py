# SPDX-License-Identifier: GPL-3.0-or-later
"""Application servers of a test: real HTTP on loopback, whose health and speed the test decides."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class App:
    """One member. ``healthy`` decides what /health answers, /slow waits until ``hurry`` is set."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.healthy = True
        self.customers = 0
        self.hurry = threading.Event()
        self.slow_arrived = threading.Event()
        self._count = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    def answer(self, path: str) -> int:
        if path == "/health":
            return 200 if self.healthy else 503
        with self._count:
            self.customers += 1
        if path == "/slow":
            self.slow_arrived.set()
            self.hurry.wait(60)
        return 200 if self.healthy else 503

    def stop(self) -> None:
        self.hurry.set()
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A check that HAProxy gives up is no news."""


def _handler(app: App) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status = app.answer(self.path)
            body = app.name.encode()
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Tests speak through their assertions."""

    return Handler
