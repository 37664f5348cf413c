# SPDX-License-Identifier: GPL-3.0-or-later
"""The scripts that ansible-core itself sends, known by name and by the text of the installed ansible-core, and what the model does for each."""

from __future__ import annotations

import base64
import hashlib
import json
import ntpath
from collections.abc import Callable, Collection, Mapping
from importlib.resources import files
from typing import Any

from ansible.plugins.loader import shell_loader

from ..modelled_host import ModelledHost
from .outcome import Outcome, failed, printed, refused
from .payload import CoreCall
from .shell_texts import decoded


def digest(script: str) -> str:
    """Of the lines that do something: newer cores send some scripts without their comments."""
    lines = (line.strip() for line in script.splitlines())
    return hashlib.sha256("\n".join(line for line in lines if line and not line.startswith("#")).encode()).hexdigest()


def installed() -> dict[str, set[str]]:
    """File name -> digests, of the ansible-core that this Python imports. Its shell plugin sends the bootstrap with lines of its own around it."""
    folder = files("ansible.executor.powershell")
    known = {f.name: {digest(f.read_text("utf-8-sig"))} for f in folder.iterdir() if f.name.endswith(".ps1")}
    asked_by_the_shell = shell_loader.get("powershell")._mkdtemp2(tmpdir="C:\\").command
    known["bootstrap_wrapper.ps1"].add(digest(decoded(asked_by_the_shell)))
    return known


def unknown(scripts: Mapping[str, str], known: Mapping[str, Collection[str]]) -> list[str]:
    """Wrappers and scripts of core's own that are not those of the installed core. Modules and their utilities are not core's."""
    return sorted(
        name
        for name, text in scripts.items()
        if "." not in name[: -len(".ps1")] and name.endswith(".ps1") and digest(text) not in known.get(name, ())
    )


def carry_out(host: ModelledHost, call: CoreCall) -> Outcome:
    known = _SCRIPTS.get(call.name)
    return known(host, call.parameters, call.data) if known else refused(f"core script {call.name} is not modelled")


def _make_temporary_directory(host: ModelledHost, given: Mapping[str, Any], _data: bytes) -> Outcome:
    path = ntpath.join(host.drives.expanded(given["Directory"]), given["Name"])
    host.drives.real(path).mkdir(parents=True)
    return printed(path)


def _expand_user(host: ModelledHost, given: Mapping[str, Any], _data: bytes) -> Outcome:
    path, home = given["Path"], host.environment["USERPROFILE"]
    if path == "~":
        return printed(home)
    return printed(ntpath.join(home, path[2:]) if path.startswith("~\\") else path)


def _put_file(host: ModelledHost, given: Mapping[str, Any], data: bytes) -> Outcome:
    content = b"".join(base64.b64decode(line) for line in data.splitlines())
    try:
        host.drives.real(given["Path"]).write_bytes(content)
    except OSError as problem:
        return failed(f"{given['Path']}: {problem.strerror}")
    return printed(json.dumps({"sha1": hashlib.sha1(content, usedforsecurity=False).hexdigest()}))


def _fetch_part(host: ModelledHost, given: Mapping[str, Any], _data: bytes) -> Outcome:
    path = host.drives.real(given["Path"])
    if path.is_dir():
        return printed("[DIR]")
    if not path.exists():
        return failed(f"{given['Path']} does not exist")
    with path.open("rb") as file:
        file.seek(given["Offset"])
        part = base64.b64encode(file.read(given["BufferSize"])).decode()
    return printed(part) if part else Outcome("ok", 0)


def _fetch_whole(host: ModelledHost, given: Mapping[str, Any], _data: bytes) -> Outcome:
    path = host.drives.real(given["Path"])
    if path.is_dir():
        return printed("[DIR]")
    if not path.exists():
        return failed(f"{given['Path']} does not exist")
    content, size = path.read_bytes(), given["BufferSize"]
    parts = [base64.b64encode(content[at : at + size]).decode() for at in range(0, len(content), size)]
    return printed("\n".join(["[FILE]", *parts]))


_SCRIPTS: dict[str, Callable[[ModelledHost, Mapping[str, Any], bytes], Outcome]] = {
    "powershell_mkdtemp.ps1": _make_temporary_directory,
    "powershell_expand_user.ps1": _expand_user,
    "winrm_put_file.ps1": _put_file,
    "psrp_put_file.ps1": _put_file,
    "winrm_fetch_file.ps1": _fetch_part,
    "psrp_fetch_file.ps1": _fetch_whole,
}
