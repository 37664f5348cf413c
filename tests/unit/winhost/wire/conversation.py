# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests of a WinRM client, by hand."""

from __future__ import annotations

import base64
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Optional

from ansible_collections.hybrid.rollout.tests.winhost.wire import wsman
from ansible_collections.hybrid.rollout.tests.winhost.wire.shells import Shells


def request(
    operation: str, body: str, shell: str = "", timeout: str = "PT1S", options: Optional[Mapping[str, str]] = None
) -> bytes:
    names = " ".join(f'xmlns:{short}="{name}"' for short, name in wsman.NAMES.items())
    given = "".join(f'<w:Option Name="{name}">{value}</w:Option>' for name, value in (options or {}).items())
    return (
        f"<s:Envelope {names}><s:Header><a:Action>http://x/{operation}</a:Action><a:MessageID>uuid:1</a:MessageID>"
        f'<w:SelectorSet><w:Selector Name="ShellId">{shell}</w:Selector></w:SelectorSet>'
        f"<w:OperationTimeout>{timeout}</w:OperationTimeout><w:OptionSet>{given}</w:OptionSet></s:Header>"
        f"<s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


class Client:
    def __init__(self, shells: Shells) -> None:
        self._shells = shells
        self.shell = ""

    def ask(self, operation: str, body: str = "", timeout: str = "PT1S") -> ET.Element:
        """The envelope's body."""
        _status, answer = self._shells.answer(wsman.read(request(operation, body, self.shell, timeout)))
        found = ET.fromstring(answer).find("s:Body", wsman.NAMES)
        assert found is not None
        return found

    def open(self) -> None:
        self.shell = self.ask("Create").findtext("rsp:Shell/rsp:ShellId", "", wsman.NAMES)

    def command(self, line: str) -> str:
        body = f"<rsp:CommandLine><rsp:Command>{line}</rsp:Command></rsp:CommandLine>"
        return self.ask("Command", body).findtext("rsp:CommandResponse/rsp:CommandId", "", wsman.NAMES)

    def send(self, command: str, data: bytes, end: bool = True) -> None:
        text = base64.b64encode(data).decode()
        stream = f'<rsp:Stream Name="stdin" CommandId="{command}" End="{str(end).lower()}">{text}</rsp:Stream>'
        self.ask("Send", f"<rsp:Send>{stream}</rsp:Send>")

    def receive(self, command: str, timeout: str = "PT20S") -> ET.Element:
        wanted = f'<rsp:DesiredStream CommandId="{command}">stdout stderr</rsp:DesiredStream>'
        return self.ask("Receive", f"<rsp:Receive>{wanted}</rsp:Receive>", timeout)


def fault_code(body: ET.Element) -> int:
    detail = body.find("s:Fault/s:Detail/f:WSManFault", wsman.NAMES)
    return int(detail.get("Code", "0")) if detail is not None else 0


def stdout(body: ET.Element) -> str:
    streams = body.findall("rsp:ReceiveResponse/rsp:Stream", wsman.NAMES)
    return "".join(base64.b64decode(s.text or "").decode() for s in streams if s.get("Name") == "stdout")
