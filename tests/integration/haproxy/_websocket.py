# SPDX-License-Identifier: GPL-3.0-or-later
"""As much of RFC 6455 as a test needs: the handshake's answer, short whole frames, and the way a conversation ends."""

from __future__ import annotations

import base64
import hashlib
import os
import threading
from collections.abc import Callable

TEXT, CLOSE = 1, 8
GOING_AWAY = 1001
LONGEST = 125


class Cut(Exception):
    """The connection ended without a frame that says goodbye."""


def accepted(key: str) -> str:
    """What a server answers to the client's key, so that both know the other speaks WebSocket."""
    return base64.b64encode(hashlib.sha1(f"{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11".encode()).digest()).decode()


def handshake(host: str, path: str) -> bytes:
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [f"GET {path} HTTP/1.1", f"host: {host}", "upgrade: websocket", "connection: Upgrade"]
    return "\r\n".join([*lines, "sec-websocket-version: 13", f"sec-websocket-key: {key}", "", ""]).encode()


class Frames:
    """One side of a WebSocket; a client has to mask what it sends."""

    def __init__(self, read: Callable[[int], bytes], write: Callable[[bytes], object], masks: bool) -> None:
        self._read, self._write, self._masks = read, write, masks
        self._one_at_a_time = threading.Lock()

    def send(self, opcode: int, payload: bytes) -> None:
        assert len(payload) <= LONGEST, "longer frames have another length field"
        mask = os.urandom(4) if self._masks else b""
        head = bytes([0x80 | opcode, (0x80 if mask else 0) | len(payload)])
        with self._one_at_a_time:
            try:
                self._write(head + mask + _masked(payload, mask))
            except (OSError, ValueError) as error:
                raise Cut(str(error)) from error

    def receive(self) -> tuple[int, bytes]:
        first, second = self._exactly(2)
        assert second & 0x7F <= LONGEST, "longer frames have another length field"
        mask = self._exactly(4) if second & 0x80 else b""
        return first & 0x0F, _masked(self._exactly(second & 0x7F), mask)

    def close(self, code: int) -> None:
        self.send(CLOSE, code.to_bytes(2, "big"))

    def _exactly(self, length: int) -> bytes:
        try:
            found = self._read(length)
        except (OSError, ValueError) as error:
            raise Cut(str(error)) from error
        if len(found) < length:
            raise Cut("the connection ended")
        return found


def _masked(payload: bytes, mask: bytes) -> bytes:
    return bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload)) if mask else payload
