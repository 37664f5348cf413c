# SPDX-License-Identifier: GPL-3.0-or-later
"""Every call to a host, in order. No argument, no text of the caller and no password is written down: what is not kept cannot leak."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from typing import Optional


@dataclass
class Record:
    """Counts still grow while the client fetches the answer and closes the shell."""

    host: str
    sequence: int
    kind: str = "unread"  # module, core script, powershell, command
    module: Optional[str] = None
    payload_bytes: int = 0
    http_requests: int = 0
    response_bytes: int = 0
    become_user: Optional[str] = None
    asynchronous: bool = False
    verdict: str = "running"
    needs_review: bool = False
    milliseconds: float = 0.0


class Journal:
    def __init__(self, file: Optional[Path] = None) -> None:
        self._file = file
        self._lock = Lock()
        self._records: list[Record] = []
        self._open: list[Record] = []

    def begin(self, host: str) -> Record:
        with self._lock:
            record = Record(host, len(self._records) + 1)
            self._records.append(record)
            self._open.append(record)
            return record

    def end(self, record: Record) -> None:
        """The record is whole; its line goes to the file."""
        with self._lock, suppress(ValueError):
            self._open.remove(record)
            self._write(record)

    def close(self) -> None:
        """What nobody ended, because its connection broke, is written as it stands."""
        with self._lock:
            while self._open:
                self._write(self._open.pop(0))

    def calls(self, host: Optional[str] = None, kind: Optional[str] = None) -> list[Record]:
        with self._lock:
            return [r for r in self._records if host in (None, r.host) and kind in (None, r.kind)]

    def modules(self, host: Optional[str] = None) -> list[str]:
        return [record.module or "" for record in self.calls(host, "module")]

    def to_review(self) -> list[str]:
        """Modules whose script is not one that their model was written for."""
        return sorted({record.module or "" for record in self.calls() if record.needs_review})

    def _write(self, record: Record) -> None:
        if self._file:
            with self._file.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(asdict(record)) + "\n")
