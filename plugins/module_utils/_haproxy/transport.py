# SPDX-License-Identifier: GPL-3.0-or-later
"""Bytes to one endpoint and back: one connection, one line, read to the end in time. Private to hybrid.rollout."""

from __future__ import annotations

import errno
import socket
import ssl
from dataclasses import dataclass
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock, Deadline
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import (
    BadInput,
    EndpointDown,
    EndpointFailed,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.endpoint import Endpoint

HINTS = {
    "unix": "Does the socket exist there, and may this user write to it?",
    "master+unix": "Does HAProxy run with -W and -S, does that socket exist, and may this user write to it?",
    "tcp": "Is HAProxy running, and does its stats socket listen there?",
    "tls": "Is HAProxy running, is its TLS door open there, and do CA, client certificate and server name fit?",
}
NO_ANSWER = (
    "Is the machine up, and is the process neither stopped nor hung? connect_timeout_seconds and read_timeout_seconds say "
    "how long it may take."
)
NO_WAY = (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN)


@dataclass(frozen=True)
class Access:
    """What opens the TLS doors, and how long a door may take."""

    ca_path: Optional[str] = None
    client_cert: Optional[str] = None
    client_key: Optional[str] = None
    connect_timeout: float = 5.0
    read_timeout: float = 10.0


class Transport:
    """Carries lines to endpoints. Safe to be used by one thread per endpoint."""

    def __init__(self, access: Access, clock: Clock, tls_wanted: bool) -> None:
        self._access = access
        self._clock = clock
        self._tls = self._context() if tls_wanted else None

    def exchange(self, endpoint: Endpoint, line: str) -> str:
        """Send ``line``, return everything that came back; a failure names the endpoint and quotes the system."""
        try:
            with self._connect(endpoint) as door:
                door.sendall(_spoken_to(endpoint, line).encode("ascii") + b"\n")
                return self._read_to_end(door).decode("utf-8", "replace")
        except OSError as error:
            words = str(error) or type(error).__name__
            hint = NO_ANSWER if isinstance(error, socket.timeout) else HINTS[endpoint.scheme]
            raise (EndpointDown if _nobody_there(error) else EndpointFailed)(
                f"HAProxy {endpoint.name} ({endpoint.url}) could not be asked: {words}. {hint}",
                endpoint=endpoint.name,
                command=line,
                reply=words,
            ) from error

    def _connect(self, endpoint: Endpoint) -> socket.socket:
        if endpoint.path:
            door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                door.settimeout(self._access.connect_timeout)
                door.connect(endpoint.path)
            except OSError:
                door.close()
                raise
            return door
        plain = socket.create_connection((endpoint.host, endpoint.port), timeout=self._access.connect_timeout)
        if endpoint.scheme == "tcp" or self._tls is None:
            return plain
        try:
            return self._tls.wrap_socket(plain, server_hostname=endpoint.host)
        except OSError:
            plain.close()
            raise

    def _read_to_end(self, door: socket.socket) -> bytes:
        deadline = Deadline(self._access.read_timeout, self._clock)
        received = bytearray()
        while True:
            if deadline.expired:
                raise socket.timeout(f"no complete answer within {self._access.read_timeout} seconds")
            door.settimeout(deadline.remaining)
            chunk = door.recv(65536)
            if not chunk:
                return bytes(received)
            received += chunk

    def _context(self) -> ssl.SSLContext:
        access = self._access
        try:
            context = ssl.create_default_context(cafile=access.ca_path)
            if access.client_cert:
                context.load_cert_chain(access.client_cert, access.client_key)
        except OSError as error:
            raise BadInput(
                f"the TLS files cannot be used: {error} (ca_path {access.ca_path}, client_cert {access.client_cert}, "
                f"client_key {access.client_key}). Each has to be a readable PEM file."
            ) from error
        return context


def _spoken_to(endpoint: Endpoint, line: str) -> str:
    """A master passes on to its current worker what follows ``@1``, and keeps the connection until it is told to quit."""
    return f"@1;{line};quit" if endpoint.scheme == "master+unix" else line


def _nobody_there(error: OSError) -> bool:
    """Nobody answers; what resets a connection, shows a wrong certificate or must not be opened is there."""
    silent = (ConnectionRefusedError, FileNotFoundError, socket.timeout)
    return isinstance(error, silent) or error.errno in NO_WAY
