# SPDX-License-Identifier: GPL-3.0-or-later
"""What ansible-core 2.19 sends for a call, built by ansible-core itself or in its shape."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from ansible.executor.powershell.module_manifest import _bootstrap_powershell_script

CORE = files("ansible.executor.powershell")
MODULE = "ansible_collections.ansible.windows.plugins.modules.win_ping.ps1"
SCRIPT = "#!powershell\n# a stand-in\n"


def line(script: str) -> str:
    encoded = base64.b64encode(script.encode("utf-16-le")).decode()
    return f"PowerShell -NoProfile -NonInteractive -ExecutionPolicy Unrestricted -EncodedCommand {encoded}"


def core_script(name: str, parameters: Mapping[str, Any], data: bytes = b"") -> tuple[str, bytes]:
    script, stdin = _bootstrap_powershell_script(name, dict(parameters), has_input=bool(data))
    return line(script), stdin + data


def module(arguments: Mapping[str, Any], *earlier: Mapping[str, Any], script: str = SCRIPT) -> tuple[str, bytes]:
    names = ["module_wrapper.ps1", *(action["name"] for action in earlier)]
    texts = {MODULE: script, **{name: text(name) for name in names}}
    parameters = {
        "Script": MODULE,
        "ForModule": True,
        "Variables": [{"Name": "complex_args", "Value": dict(arguments), "Scope": "Global"}],
        "Environment": {"STAGE": "test"},
    }
    actions = [*earlier, {"name": "module_wrapper.ps1", "params": parameters, "secure_params": {}}]
    scripts = {name: {"path": name, "script": base64.b64encode(t.encode()).decode()} for name, t in texts.items()}
    wrapper = {"name": "exec_wrapper", "script": text("exec_wrapper.ps1"), "params": {}}
    manifest = {"scripts": scripts, "actions": actions, "signed_hashlist": []}
    stdin = json.dumps(wrapper).encode() + b"\n\0\0\0\0\n" + json.dumps(manifest).encode()
    return line(text("bootstrap_wrapper.ps1")), stdin


def text(name: str) -> str:
    return (CORE / name).read_text("utf-8")
