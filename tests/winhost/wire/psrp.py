# SPDX-License-Identifier: GPL-3.0-or-later
"""PowerShell remoting (PSRP) over the same WS-Management operations."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable, Mapping
from typing import Optional

from . import wsman
from .operations import Operations
from .runspace import Runspace

RESOURCE = "/powershell/"  # a part of its resource URI


class Runspaces(Operations[Runspace]):
    def operations(self) -> Mapping[str, Callable[[wsman.Request], str]]:
        return {
            "Create": self._create,
            "Command": self._command,
            "Send": self._send,
            "Receive": self._receive,
            "Signal": lambda _: "<rsp:SignalResponse/>",
            "Delete": self._delete,
        }

    def _create(self, request: wsman.Request) -> str:
        shell = request.body.find("rsp:Shell", wsman.NAMES)
        given = shell.get("ShellId", "") if shell is not None else ""
        shell_id = (given or str(uuid.uuid4())).upper()
        self._shells[shell_id] = Runspace(self._host.name, self._carry_out, self._journal)
        self._shells[shell_id].feed(_decoded(request.body.findtext("rsp:Shell/ps:creationXml", "", wsman.NAMES)))
        return wsman.created(request, self._host.address, shell_id)

    def _command(self, request: wsman.Request) -> str:
        asked = request.body.find("rsp:CommandLine", wsman.NAMES)
        command = asked.get("CommandId", "") if asked is not None else ""
        runspace = self._shell(request)
        runspace.begin()
        data = request.body.findtext("rsp:CommandLine/rsp:Arguments", "", wsman.NAMES)
        runspace.feed(_decoded(data), uuid.UUID(command))
        return f"<rsp:CommandResponse><rsp:CommandId>{command}</rsp:CommandId></rsp:CommandResponse>"

    def _send(self, request: wsman.Request) -> str:
        for stream in request.body.findall("rsp:Send/rsp:Stream", wsman.NAMES):
            self._shell(request).feed(_decoded(stream.text or ""), _id(stream.get("CommandId")))
        return "<rsp:SendResponse/>"

    def _receive(self, request: wsman.Request) -> str:
        wanted = request.body.find("rsp:Receive/rsp:DesiredStream", wsman.NAMES)
        command = wanted.get("CommandId") if wanted is not None else None
        runspace, pipeline = self._shell(request), _id(command)
        if "operation_timeout" in self._host.faults and pipeline and runspace.first_time(pipeline):
            raise wsman.timed_out()
        if runspace.latest is None:
            runspace.requests_before += 1
        parts, whole = runspace.output(pipeline, request.timeout_seconds)
        if not parts and not whole:
            raise wsman.timed_out()
        return _output(command, parts, whole)


def _output(command: Optional[str], parts: list[bytes], whole: bool) -> str:
    of = f' CommandId="{command}"' if command else ""
    texts = [base64.b64encode(part).decode() for part in parts]
    streams = "".join(f'<rsp:Stream Name="stdout"{of}>{text}</rsp:Stream>' for text in texts)
    state = "Done" if whole else "Running"
    said = f'<rsp:CommandState{of} State="{wsman.NAMES["rsp"]}/CommandState/{state}"/>' if command else ""
    return f"<rsp:ReceiveResponse>{streams}{said}</rsp:ReceiveResponse>"


def _decoded(text: str) -> bytes:
    return base64.b64decode(text)


def _id(command: Optional[str]) -> Optional[uuid.UUID]:
    return uuid.UUID(command) if command else None
