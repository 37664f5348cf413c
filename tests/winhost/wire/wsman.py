# SPDX-License-Identifier: GPL-3.0-or-later
"""WS-Management: what a request asks, and envelopes for what is answered."""

from __future__ import annotations

import uuid
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import Optional
from xml.sax.saxutils import escape

NAMES = {
    "s": "http://www.w3.org/2003/05/soap-envelope",
    "a": "http://schemas.xmlsoap.org/ws/2004/08/addressing",
    "w": "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd",
    "rsp": "http://schemas.microsoft.com/wbem/wsman/1/windows/shell",
    "x": "http://schemas.xmlsoap.org/ws/2004/09/transfer",
    "ps": "http://schemas.microsoft.com/powershell",
    "f": "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault",
}
OPERATION_TIMED_OUT, SHELL_NOT_FOUND, TOO_LONG, ACCESS_DENIED = 2150858793, 2150858843, 2147942606, 5


class Fault(Exception):
    def __init__(self, code: int, message: str, subcode: str = "w:InternalError") -> None:
        super().__init__(message)
        self.code, self.message, self.subcode = code, message, subcode

    def body(self) -> str:
        text = escape(self.message)
        return (
            f"<s:Fault><s:Code><s:Value>s:Receiver</s:Value><s:Subcode><s:Value>{self.subcode}</s:Value></s:Subcode></s:Code>"
            f'<s:Reason><s:Text xml:lang="en-US">{text}</s:Text></s:Reason><s:Detail>'
            f'<f:WSManFault Code="{self.code}" Machine="winhost"><f:Message>{text}</f:Message></f:WSManFault></s:Detail></s:Fault>'
        )


def timed_out() -> Fault:
    words = "The WS-Management service cannot complete the operation within the time specified in OperationTimeout."
    return Fault(OPERATION_TIMED_OUT, words, "w:TimedOut")


def no_such_shell() -> Fault:
    return Fault(SHELL_NOT_FOUND, "The shell was not found on the server.", "w:InvalidSelectors")


@dataclass(frozen=True)
class Request:
    operation: str  # the last word of the action: Create, Command, Send, Receive, Signal, Delete
    message_id: str
    resource: str
    shell_id: str
    timeout_seconds: float
    options: dict[str, str]
    body: ET.Element


def read(content: bytes) -> Request:
    """ValueError if it is no WS-Management envelope."""
    try:
        root = ET.fromstring(content)
    except ET.ParseError as broken:
        raise ValueError(f"no XML: {broken}") from broken
    body = root.find("s:Body", NAMES)
    action = root.findtext("s:Header/a:Action", "", NAMES)
    if body is None or not action:
        raise ValueError("no envelope with an action and a body")
    options = root.findall("s:Header/w:OptionSet/w:Option", NAMES)
    return Request(
        operation=action.rsplit("/", 1)[1],
        message_id=root.findtext("s:Header/a:MessageID", "", NAMES),
        resource=root.findtext("s:Header/w:ResourceURI", "", NAMES),
        shell_id=root.findtext("s:Header/w:SelectorSet/w:Selector", "", NAMES).upper(),
        timeout_seconds=_seconds(root.findtext("s:Header/w:OperationTimeout", None, NAMES)),
        options={option.get("Name", ""): option.text or "" for option in options},
        body=body,
    )


def envelope(request: Request, body: str) -> bytes:
    names = " ".join(f'xmlns:{short}="{name}"' for short, name in NAMES.items())
    return (
        f'<s:Envelope xml:lang="en-US" {names}><s:Header><a:Action>{NAMES["x"]}/{request.operation}Response</a:Action>'
        f"<a:MessageID>uuid:{uuid.uuid4()}</a:MessageID><a:To>{NAMES['a']}/role/anonymous</a:To>"
        f"<a:RelatesTo>{escape(request.message_id)}</a:RelatesTo></s:Header><s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def created(request: Request, address: str, shell_id: str) -> str:
    return (
        f"<x:ResourceCreated><a:Address>https://{address}/wsman</a:Address><a:ReferenceParameters>"
        f"<w:ResourceURI>{request.resource}</w:ResourceURI><w:SelectorSet>"
        f'<w:Selector Name="ShellId">{shell_id}</w:Selector></w:SelectorSet></a:ReferenceParameters></x:ResourceCreated>'
        f"<rsp:Shell><rsp:ShellId>{shell_id}</rsp:ShellId><rsp:ResourceUri>{request.resource}</rsp:ResourceUri></rsp:Shell>"
    )


def _seconds(duration: Optional[str]) -> float:
    """PT20S: clients write seconds alone."""
    return float(duration.removeprefix("PT").removesuffix("S")) if duration else 20.0
