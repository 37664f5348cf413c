# SPDX-License-Identifier: GPL-3.0-or-later
"""A TCP connection within a deadline, and which of its errors are the application's. Private to hybrid.rollout."""

from __future__ import annotations

import http.client
import socket
import ssl

from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Deadline
from ansible_collections.hybrid.rollout.plugins.module_utils._health.observation import Observation

# Refused, reset, closed, silent or garbled: the application's doing. Every other error lies between the gate and it.
APPLICATION_ERRORS = (
    ConnectionError,
    TimeoutError,
    socket.timeout,  # another class than TimeoutError before Python 3.10
    ssl.SSLEOFError,
    ssl.SSLZeroReturnError,
    http.client.HTTPException,
)


def time_left(deadline: Deadline) -> float:
    """What a socket takes as its timeout; a spent deadline is an error, because 0 would mean 'do not block'."""
    if deadline.expired:
        raise TimeoutError("timed out")
    return deadline.remaining


def connect(host: str, port: int, deadline: Deadline) -> socket.socket:
    """Try each address of ``host`` in turn and return the first connection; raise the last error."""
    failure: OSError = OSError(f"{host} has no address")
    for family, kind, protocol, _name, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(time_left(deadline))
            sock.connect(address)
        except OSError as error:
            sock.close()
            failure = error
        else:
            return sock
    raise failure


def unanswered(error: Exception, allowed_seconds: float) -> Observation:
    """The observation that stands for ``error``."""
    if isinstance(error, (TimeoutError, socket.timeout)):
        return Observation(error=f"no answer within {allowed_seconds:g} s")
    words = str(error) if not isinstance(error, http.client.HTTPException) else f"not an HTTP answer: {error!r}"
    if isinstance(error, http.client.RemoteDisconnected):
        words = "the connection was closed without an answer"
    return Observation(error=words or type(error).__name__, could_not_ask=not isinstance(error, APPLICATION_ERRORS))
