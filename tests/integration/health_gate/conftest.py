# SPDX-License-Identifier: GPL-3.0-or-later
"""Real servers on loopback that behave in the ways members do."""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Callable

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.plugins.module_utils._health.gate import run
from ansible_collections.hybrid.rollout.plugins.module_utils._health.report import GateNotPassed

Talk = Callable[[socket.socket], None]


class Member(BaseHTTPRequestHandler):
    """The path of the request says how the member is."""

    def do_GET(self) -> None:
        name = self.headers.get("x-rollout-member", "app1")
        answers = {
            "/health": (200, {"version": "1.1", "ready": True, "member": name}),
            "/old": (200, {"version": "1.0", "ready": True}),
            "/warming": (503, {"version": "1.1", "ready": False}),
            "/moved": (302, {}),
        }
        status, told = answers[self.path.partition("?")[0]]
        body = json.dumps(told).encode()
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/health")
        self.send_header("x-rollout-member", name)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *values: object) -> None:
        """Say nothing."""


@pytest.fixture
def member() -> Iterator[str]:
    """host:port of a member over HTTP."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Member) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture
def tls_member() -> Iterator[Callable[[ssl.SSLContext], str]]:
    """Starts a member that speaks TLS in the given way and returns its host:port."""
    servers: list[ThreadingHTTPServer] = []

    def start(context: ssl.SSLContext) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), Member)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda request, client_address: None  # type: ignore[method-assign]
        servers.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return f"127.0.0.1:{server.server_address[1]}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def rude() -> Iterator[Callable[[Talk], int]]:
    """Starts a server that treats every connection as told, and returns its port."""
    listeners: list[socket.socket] = []

    def start(talk: Talk) -> int:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def serve() -> None:
            while True:
                try:
                    connection, _address = listener.accept()
                except OSError:
                    return
                threading.Thread(target=talk, args=(connection,), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        return int(listener.getsockname()[1])

    yield start
    for listener in listeners:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


@pytest.fixture
def gate() -> Callable[..., dict[str, Any]]:
    """The gate over the real clock; returns its result whether it opens or not, with the message if it does not."""

    def ask(*targets: dict[str, Any], **given: object) -> dict[str, Any]:
        options: dict[str, Any] = {
            "targets": list(targets),
            "expect": None,
            "version": None,
            "version_path": "version",
            "fail_on": [],
            "consecutive_successes": 2,
            "interval_seconds": 0.02,
            "timeout_seconds": 0.0,
            "request_timeout_seconds": 20.0,
            "ca_path": None,
            "validate_certs": True,
            "client_cert": None,
            "client_key": None,
            "reach_from": "controller",
            "record": None,
            **given,
        }
        try:
            return run(options, False, Clock(time.monotonic, time.sleep))
        except GateNotPassed as error:
            return {**error.result, "msg": str(error)}

    return ask
