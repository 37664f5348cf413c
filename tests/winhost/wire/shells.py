# SPDX-License-Identifier: GPL-3.0-or-later
"""Remote shells (WinRS): opened, given a command line and its input, asked for output, closed."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Event, Thread
from time import monotonic
from typing import Optional

from . import wsman
from .journal import Record
from .operations import Carry, Operations
from .outcome import Outcome

LONGEST_LINE = 8190  # cmd.exe takes no more


@dataclass
class Command:
    line: str
    record: Record
    given: bytearray = field(default_factory=bytearray)
    ended: Event = field(default_factory=Event)
    outcome: Outcome = field(default_factory=lambda: Outcome("running", 1))
    times_asked: int = 0

    def start(self, carry_out: Carry) -> None:
        Thread(target=self._run, args=(carry_out,), daemon=True).start()

    def _run(self, carry_out: Carry) -> None:
        started = monotonic()
        try:
            self.outcome = carry_out(self.line, bytes(self.given), self.record)
        finally:
            self.record.verdict = self.outcome.verdict
            self.record.milliseconds = round((monotonic() - started) * 1000, 1)
            self.ended.set()


@dataclass
class Shell:
    commands: dict[str, Command] = field(default_factory=dict)
    latest: Optional[Record] = None
    requests_before: int = 1  # those of no command yet: the one that opened it


class Shells(Operations[Shell]):
    def operations(self) -> Mapping[str, Callable[[wsman.Request], str]]:
        return {
            "Create": self._create,
            "Command": self._command,
            "Send": self._send,
            "Receive": self._receive,
            "Signal": self._signal,
            "Delete": self._delete,
        }

    def _create(self, request: wsman.Request) -> str:
        shell_id = str(uuid.uuid4()).upper()
        self._shells[shell_id] = Shell()
        return wsman.created(request, self._host.address, shell_id)

    def _command(self, request: wsman.Request) -> str:
        asked = request.body.find("rsp:CommandLine", wsman.NAMES)
        if asked is None:
            raise wsman.Fault(wsman.ACCESS_DENIED, "winhost: a command without a command line")
        words = [asked.findtext("rsp:Command", "", wsman.NAMES)]
        words += [argument.text or "" for argument in asked.findall("rsp:Arguments", wsman.NAMES)]
        line = " ".join(words)
        if len(line) > LONGEST_LINE:
            raise wsman.Fault(wsman.TOO_LONG, "The command line is too long.")
        shell = self._shell(request)
        command_id = str(uuid.uuid4()).upper()
        record = self._journal.begin(self._host.name)
        record.http_requests, shell.requests_before = shell.requests_before, 0
        if shell.latest:
            self._journal.end(shell.latest)
        shell.latest = record
        command = shell.commands[command_id] = Command(line, record)
        if request.options.get("WINRS_CONSOLEMODE_STDIN") == "TRUE":
            command.start(self._carry_out)
        return f"<rsp:CommandResponse><rsp:CommandId>{command_id}</rsp:CommandId></rsp:CommandResponse>"

    def _send(self, request: wsman.Request) -> str:
        stream = request.body.find("rsp:Send/rsp:Stream", wsman.NAMES)
        if stream is None:
            raise wsman.Fault(wsman.ACCESS_DENIED, "winhost: input without a stream")
        command = self._the_command(request, stream.get("CommandId"))
        command.given += base64.b64decode(stream.text or "")
        command.record.payload_bytes = len(command.given)
        if stream.get("End", "").lower() == "true":
            command.start(self._carry_out)
        return "<rsp:SendResponse/>"

    def _receive(self, request: wsman.Request) -> str:
        wanted = request.body.find("rsp:Receive/rsp:DesiredStream", wsman.NAMES)
        command_id = wanted.get("CommandId", "") if wanted is not None else ""
        command = self._the_command(request, command_id)
        command.times_asked += 1
        if "operation_timeout" in self._host.faults and command.times_asked == 1:
            raise wsman.timed_out()
        if not command.ended.wait(request.timeout_seconds):
            raise wsman.timed_out()
        return _output(command_id, command.outcome)

    def _signal(self, request: wsman.Request) -> str:
        signal = request.body.find("rsp:Signal", wsman.NAMES)
        self._shell(request).commands.pop(signal.get("CommandId", "") if signal is not None else "", None)
        return "<rsp:SignalResponse/>"

    def _the_command(self, request: wsman.Request, command_id: Optional[str]) -> Command:
        try:
            return self._shell(request).commands[command_id or ""]
        except KeyError:
            raise wsman.no_such_shell() from None


def _output(command_id: str, outcome: Outcome) -> str:
    streams = [("stdout", outcome.stdout), ("stderr", outcome.stderr)]
    given = "".join(
        f'<rsp:Stream Name="{name}" CommandId="{command_id}">{base64.b64encode(text.encode()).decode()}</rsp:Stream>'
        for name, text in streams
        if text
    )
    ends = "".join(f'<rsp:Stream Name="{name}" CommandId="{command_id}" End="true"/>' for name, _content in streams)
    return (
        f'<rsp:ReceiveResponse>{given}{ends}<rsp:CommandState CommandId="{command_id}" '
        f'State="{wsman.NAMES["rsp"]}/CommandState/Done"><rsp:ExitCode>{outcome.exit_code}</rsp:ExitCode></rsp:CommandState>'
        "</rsp:ReceiveResponse>"
    )
