# SPDX-License-Identifier: GPL-3.0-or-later
"""What ansible-core asks of a Windows host, read out of a command line and its standard input."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Optional, Union

SEPARATOR = b"\n\0\0\0\0\n"
_ENCODED = re.compile(
    r"(?:powershell|pwsh)(?:\.exe)?\s(?:.*\s)?-EncodedCommand\s+'?([A-Za-z0-9+/=]+)'?\s*", re.I | re.S
)
_MODULE = re.compile(r"ansible_collections\.(\w+\.\w+)\.plugins\.modules\.(\w+)\.ps1")


class UnreadablePayload(Exception):
    """Nothing that ansible-core is known to send."""


@dataclass(frozen=True)
class Asynchronous:
    directory: str
    job: str
    timeout_seconds: int


@dataclass(frozen=True)
class ModuleCall:
    module: str
    script: str
    script_bytes: bytes = field(repr=False)
    utilities: Mapping[str, str] = field(repr=False)  # module_utils in PowerShell: name without .psm1 -> text
    scripts: Mapping[str, str] = field(repr=False)
    arguments: Mapping[str, Any] = field(repr=False)  # with the _ansible_* ones
    environment: Mapping[str, str] = field(repr=False)
    become_user: Optional[str] = None
    asynchronous: Optional[Asynchronous] = None


@dataclass(frozen=True)
class CoreCall:
    """A script of ansible-core's own, by its file name."""

    name: str
    scripts: Mapping[str, str] = field(repr=False)
    parameters: Mapping[str, Any]
    data: bytes = field(repr=False, default=b"")


@dataclass(frozen=True)
class Text:
    """PowerShell, or a command of cmd.exe, and nothing known about it."""

    script: str
    powershell: bool


Payload = Union[ModuleCall, CoreCall, Text]


def read(command_line: str, stdin: bytes) -> Payload:
    encoded = _ENCODED.fullmatch(command_line.strip())
    if not encoded:
        return Text(command_line, powershell=False)
    try:
        script = base64.b64decode(encoded[1], validate=True).decode("utf-16-le")
        return _with_input(stdin, script) if SEPARATOR in stdin else Text(script, powershell=True)
    except (binascii.Error, UnicodeError, ValueError, KeyError, TypeError) as broken:
        raise UnreadablePayload(type(broken).__name__) from broken


def _with_input(stdin: bytes, bootstrap: str) -> Payload:
    first, manifest_text, *data = stdin.split(SEPARATOR, 2)
    wrapper = json.loads(first)
    manifest = json.loads(manifest_text)
    scripts = {name: _decoded(script["script"]) for name, script in manifest["scripts"].items()}
    scripts["bootstrap_wrapper.ps1"] = bootstrap
    scripts[f"{wrapper['name']}.ps1"] = wrapper["script"]
    actions = {action["name"]: action["params"] for action in manifest["actions"]}
    if "module_wrapper.ps1" in actions:
        module = actions["module_wrapper.ps1"]["Script"]
        return _module_call(actions, scripts, base64.b64decode(manifest["scripts"][module]["script"]))
    (name, parameters), *others = actions.items()
    if others:
        raise UnreadablePayload("more than one action and none of them runs a module")
    return CoreCall(name, scripts, parameters or {}, data[0] if data else b"")


def _module_call(actions: Mapping[str, Any], scripts: Mapping[str, str], module_bytes: bytes) -> ModuleCall:
    wrapper = actions["module_wrapper.ps1"]
    known = _MODULE.fullmatch(wrapper["Script"])
    variables = {variable["Name"]: variable["Value"] for variable in wrapper.get("Variables") or ()}
    return ModuleCall(
        module=f"{known[1]}.{known[2]}" if known else wrapper["Script"],
        script=scripts[wrapper["Script"]],
        script_bytes=module_bytes,
        utilities={name[:-5]: text for name, text in scripts.items() if name.endswith(".psm1")},
        scripts=scripts,
        arguments=variables.get("complex_args") or {},
        environment=wrapper.get("Environment") or {},
        become_user=(actions.get("become_wrapper.ps1") or {}).get("BecomeUser"),
        asynchronous=_asynchronous(actions),
    )


def _asynchronous(actions: Mapping[str, Any]) -> Optional[Asynchronous]:
    wrapper = actions.get("async_wrapper.ps1")
    if not wrapper:
        return None
    return Asynchronous(wrapper["AsyncDir"], wrapper["AsyncJid"], int(actions["async_watchdog.ps1"]["Timeout"]))


def _decoded(text: str) -> str:
    return base64.b64decode(text).decode("utf-8-sig")
