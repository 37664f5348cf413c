# SPDX-License-Identifier: GPL-3.0-or-later
"""What both kinds of shells share: an operation by its name, its fault, and what it adds to the journal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock
from typing import Optional

from . import wsman
from .journal import Journal, Record


class Operations:
    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._lock = Lock()

    def operations(self) -> Mapping[str, Callable[[wsman.Request], str]]:
        raise NotImplementedError

    def latest(self, shell_id: str) -> Optional[Record]:
        """Of the shell's last command."""
        raise NotImplementedError

    def answer(self, request: wsman.Request) -> tuple[int, bytes]:
        """The status and the whole envelope."""
        before = self.latest(request.shell_id)
        status, body = 200, ""
        try:
            body = self._carry_out_operation(request)
        except wsman.Fault as fault:
            status, body = 500, fault.body()
        content = wsman.envelope(request, body)
        record = before if request.operation == "Delete" else self.latest(request.shell_id)
        if record:
            self._count(request, record, len(content))
        return status, content

    def _carry_out_operation(self, request: wsman.Request) -> str:
        operation = self.operations().get(request.operation)
        if not operation:
            raise wsman.Fault(wsman.ACCESS_DENIED, f"winhost: the operation {request.operation} is not modelled")
        return operation(request)

    def _count(self, request: wsman.Request, record: Record, size: int) -> None:
        with self._lock:
            record.http_requests += 1
            record.response_bytes += size
        if request.operation == "Delete":
            self._journal.end(record)
