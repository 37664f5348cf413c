# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask over HTTP: one GET, no redirect followed, one deadline for the whole answer. Private to hybrid.rollout."""

from __future__ import annotations

import http.client
import io
import socket
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock, Deadline
from ansible_collections.hybrid.rollout.plugins.module_utils._health.connect import connect, time_left, unanswered
from ansible_collections.hybrid.rollout.plugins.module_utils._health.observation import Observation, Target
from ansible_collections.hybrid.rollout.plugins.module_utils._health.trust import Trust, context

LONGEST_BODY = 1024 * 1024


class _Reader(io.RawIOBase):
    """A socket as a file whose every read has the time that is left: a dripping answer does not outlive it."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock = sock
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - the type has no name before Python 3.12
        self._sock.settimeout(time_left(self._deadline))
        return self._sock.recv_into(buffer)


class _Connection(http.client.HTTPConnection):
    """An HTTP connection over a socket that is open already."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        super().__init__("unused")
        self.sock = sock
        self._deadline = deadline

    def answer(self) -> http.client.HTTPResponse:
        response = http.client.HTTPResponse(self.sock, method="GET")
        response.fp.close()
        response.fp = io.BufferedReader(_Reader(self.sock, self._deadline))
        response.begin()
        return response


def ask(target: Target, timeout_seconds: float, trust: Trust, clock: Clock) -> Observation:
    deadline = Deadline(timeout_seconds, clock)
    try:
        return _get(target, trust, deadline)
    except (OSError, http.client.HTTPException) as error:
        return unanswered(error, timeout_seconds)


def _get(target: Target, trust: Trust, deadline: Deadline) -> Observation:
    url = urlsplit(str(target.url))
    encrypted = url.scheme == "https"
    tls = context(trust) if encrypted else None
    host = str(url.hostname)
    with connect(host, url.port or (443 if encrypted else 80), deadline) as plain:
        plain.settimeout(time_left(deadline))
        with tls.wrap_socket(plain, server_hostname=host) if tls else plain as sock:
            connection = _Connection(sock, deadline)
            path = (url.path or "/") + (f"?{url.query}" if url.query else "")
            connection.request("GET", path, headers={"Host": url.netloc, "Connection": "close", **target.headers})
            response = connection.answer()
            body = response.read(LONGEST_BODY)
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Observation(response.status, headers, body.decode("utf-8", "replace"))
