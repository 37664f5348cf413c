# SPDX-License-Identifier: GPL-3.0-or-later
"""What both kinds of shells share: an operation by its name, its fault, and what it adds to the journal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock
from typing import Generic, Optional, Protocol, TypeVar

from ..modelled_host import ModelledHost
from . import wsman
from .journal import Journal, Record
from .outcome import Outcome

Carry = Callable[[str, bytes, Record], Outcome]


class Held(Protocol):
    latest: Optional[Record]  # of its last command


OneShell = TypeVar("OneShell", bound=Held)


class Operations(Generic[OneShell]):
    def __init__(self, host: ModelledHost, carry_out: Carry, journal: Journal) -> None:
        self._host, self._carry_out, self._journal = host, carry_out, journal
        self._lock = Lock()
        self._shells: dict[str, OneShell] = {}

    def operations(self) -> Mapping[str, Callable[[wsman.Request], str]]:
        raise NotImplementedError

    def latest(self, shell_id: str) -> Optional[Record]:
        shell = self._shells.get(shell_id)
        return shell.latest if shell else None

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

    def _shell(self, request: wsman.Request) -> OneShell:
        try:
            return self._shells[request.shell_id]
        except KeyError:
            raise wsman.no_such_shell() from None

    def _delete(self, request: wsman.Request) -> str:
        self._shell(request)
        del self._shells[request.shell_id]
        return ""

    def _count(self, request: wsman.Request, record: Record, size: int) -> None:
        with self._lock:
            record.http_requests += 1
            record.response_bytes += size
        if request.operation == "Delete":
            self._journal.end(record)
