# SPDX-License-Identifier: GPL-3.0-or-later
"""Customers that stay connected: a WebSocket that talks all the time, through HAProxy in mode http or, as bare bytes, in mode tcp."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import BinaryIO, Optional

from ansible_collections.hybrid.rollout.tests.integration.haproxy._websocket import (
    CLOSE,
    TEXT,
    Cut,
    Frames,
    handshake,
)

PAUSE_SECONDS = 0.02


class Tunnel:
    """Says something and hears it again, until it ends. ``end`` is empty while it lives; then the close code, or ``cut``, or
    the status that refused it."""

    def __init__(self, port: int) -> None:
        self.member = ""
        self.end = ""
        self.heard = 0
        self.connected = threading.Event()
        self._enough = threading.Event()
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        return self.connected.is_set() and not self.end

    def wait(self, seconds: float = 30.0) -> str:
        self._thread.join(seconds)
        return self.end

    def leave(self) -> None:
        """The customer hangs up, as customers do."""
        self._enough.set()
        self._thread.join(30)

    def __enter__(self) -> Tunnel:
        return self

    def __exit__(
        self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.leave()

    def _live(self) -> None:
        with self._socket, self._socket.makefile("rb") as reader:
            try:
                self._socket.sendall(handshake("quotes", "/talk"))
                status = int(reader.readline().split()[1])
                self.member = self._member(reader)
                self.end = "" if status == 101 else str(status)
                self.connected.set()
                if not self.end:
                    self.end = self._talk(Frames(reader.read, self._socket.sendall, masks=True))
            except (OSError, IndexError, ValueError, Cut):
                self.end = "cut"
            finally:
                self.connected.set()

    @staticmethod
    def _member(reader: BinaryIO) -> str:
        """Reads the rest of the answer's head."""
        lines = iter(lambda: reader.readline().decode("latin-1").strip(), "")
        headers = {name.lower(): value.strip() for name, _colon, value in (line.partition(":") for line in lines)}
        return headers.get("x-member", "")

    def _talk(self, frames: Frames) -> str:
        while not self._enough.wait(PAUSE_SECONDS):
            frames.send(TEXT, b"are you there?")
            opcode, payload = frames.receive()
            if opcode == CLOSE:
                with suppress(Cut):
                    frames.send(CLOSE, payload)
                return str(int.from_bytes(payload[:2], "big"))
            self.heard += 1
        frames.close(1000)
        return "1000"
