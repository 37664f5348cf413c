# SPDX-License-Identifier: GPL-3.0-or-later
"""One listener for one host: HTTP, who is asking, the faults of the wire, and then the shells."""

from __future__ import annotations

import socket
import ssl
import struct
import sys
from collections.abc import Collection, Sequence
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import NoReturn, Optional

from spnego.exceptions import SpnegoError

from ..modelled_host import ModelledHost
from . import sealed, wsman
from .addresses import allowed
from .authentication import Accounts, Authentication, Verdict
from .operations import Operations
from .psrp import RESOURCE, Runspaces
from .shells import Shells

_RESET = struct.pack("ii", 1, 0)  # linger for no time: closing sends a reset


class Listener(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(
        self,
        host: ModelledHost,
        port: int,
        shells: Shells,
        runspaces: Runspaces,
        accounts: Accounts,
        tls: Optional[ssl.SSLContext] = None,
        lab_addresses: Collection[str] = (),
    ) -> None:
        self.host, self.accounts, self.tls = host, accounts, tls
        self.shells, self.runspaces = shells, runspaces
        self.stopped = Event()
        super().__init__((allowed(host.address, lab_addresses), port), Conversation)

    def start(self) -> None:
        Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self) -> None:
        self.stopped.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that go away are no news; what the model itself does wrong is."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class Conversation(BaseHTTPRequestHandler):
    server: Listener
    connection: socket.socket
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 120

    def setup(self) -> None:
        self._break_if_gone()
        if self.server.tls:
            self.request.settimeout(self.timeout)
            self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        self.authentication = Authentication(self.server.accounts, self.server.host.name, bool(self.server.tls))
        super().setup()

    def finish(self) -> None:
        """The TLS socket took the place of the one that the server closes."""
        with suppress(OSError):
            super().finish()
        self.connection.close()

    def log_message(self, format: str, *args: object) -> None:
        """The journal tells it."""

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._break_if_gone()
        verdict = self._judge()
        if not verdict.admitted:
            self._reply(401, b"", [("WWW-Authenticate", challenge) for challenge in verdict.challenges])
        elif not content:
            self._reply(200, b"")
        else:
            self._converse(content)

    def _judge(self) -> Verdict:
        verdict = self.authentication.judge(self.headers.get("Authorization", ""))
        if verdict.admitted and "wrong_password" in self.server.host.faults:
            return self.authentication.refused()
        return verdict

    def _converse(self, content: bytes) -> None:
        context = self.authentication.context
        closed = sealed.is_sealed(self.headers.get("Content-Type", "")) and context is not None
        try:
            request = wsman.read(sealed.unsealed(content, context) if closed and context else content)
        except (ValueError, SpnegoError):
            self._reply(400, b"")
            return
        status, answer = self._answer(request, plain=not closed and not self.server.tls)
        self._break_if_gone()
        if request.operation == "Receive" and "dropped_connection" in self.server.host.faults:
            self._reset()
        if closed and context:
            self._reply(status, sealed.sealed(answer, context), content_type=sealed.CONTENT_TYPE)
        else:
            self._reply(status, answer)

    def _answer(self, request: wsman.Request, plain: bool) -> tuple[int, bytes]:
        if plain:
            words = "Unencrypted traffic is disabled in the service configuration."
            return 500, wsman.envelope(request, wsman.Fault(wsman.ACCESS_DENIED, words).body())
        at: Operations = self.server.runspaces if RESOURCE in request.resource else self.server.shells
        return at.answer(request)

    def _reply(
        self,
        status: int,
        content: bytes,
        headers: Sequence[tuple[str, str]] = (),
        content_type: str = "application/soap+xml;charset=UTF-8",
    ) -> None:
        self.send_response(status)
        for name, value in [("Content-Type", content_type), ("Content-Length", str(len(content))), *headers]:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def _break_if_gone(self) -> None:
        while "unreachable" in self.server.host.faults:
            if self.server.stopped.wait(0.05):
                self._reset()
        if "down" in self.server.host.faults:
            self._reset()

    def _reset(self) -> NoReturn:
        self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        raise ConnectionResetError("a fault of the host")
