# SPDX-License-Identifier: GPL-3.0-or-later
"""Application servers of a test: real HTTP and WebSocket on loopback, whose health and speed the test decides."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from ansible_collections.hybrid.rollout.tests.integration.haproxy._websocket import (
    CLOSE,
    GOING_AWAY,
    Cut,
    Frames,
    accepted,
)


class App:
    """One member. ``healthy`` decides what /health answers, /slow waits until ``hurry`` is set, any other takes ``seconds``."""

    def __init__(
        self, name: str, port: int = 0, seconds: float = 0.0, healthy: bool = True, host: str = "127.0.0.1"
    ) -> None:
        self.name = name
        self.healthy = healthy
        self.customers = 0
        self.seconds = seconds
        self.hurry = threading.Event()
        self.slow_arrived = threading.Event()
        self._count = threading.Lock()
        self._talking: set[Frames] = set()
        self._server = _Server((host, port), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    @property
    def talks(self) -> int:
        """How many WebSockets are open here."""
        with self._count:
            return len(self._talking)

    def words(self) -> str:
        """What every answer says."""
        return self.name

    def answer(self, path: str) -> int:
        if path == "/health":
            return 200 if self.healthy else 503
        with self._count:
            self.customers += 1
        if path == "/slow":
            self.slow_arrived.set()
            self.hurry.wait(60)
        else:
            self.hurry.wait(self.seconds)
        return 200 if self.healthy else 503

    def talk(self, frames: Frames) -> None:
        """Say everything again, until the other side has said goodbye or hung up."""
        with self._count:
            self._talking.add(frames)
        try:
            opcode = None
            while opcode != CLOSE:
                opcode, payload = frames.receive()
                if opcode != CLOSE:
                    frames.send(opcode, payload)
        except Cut:
            pass
        finally:
            with self._count:
                self._talking.discard(frames)

    def say_goodbye(self) -> None:
        """What a well-behaved service does when it is told to stop: 1001, going away, to every WebSocket."""
        with self._count:
            talking = list(self._talking)
        for frames in talking:
            frames.close(GOING_AWAY)

    def stop(self) -> None:
        self.hurry.set()
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """A check that HAProxy gives up is no news."""


def _handler(app: App) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.headers.get("upgrade") == "websocket" and app.healthy:
                self._talk()
                return
            status = app.answer(self.path)
            body = app.words().encode()
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _talk(self) -> None:
            self.send_response(101)
            self.send_header("upgrade", "websocket")
            self.send_header("connection", "Upgrade")
            self.send_header("sec-websocket-accept", accepted(self.headers["sec-websocket-key"]))
            self.send_header("x-member", app.name)
            self.end_headers()
            app.talk(Frames(self.rfile.read, self.wfile.write, masks=False))
            self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Tests speak through their assertions."""

    return Handler
