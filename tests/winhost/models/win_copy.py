# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible.windows.win_copy, for one file from the controller: the action plugin asks what differs, puts the file beside, and has it moved in."""

from __future__ import annotations

import ntpath
from typing import Any

from ..host.host import Host
from ..host.win32 import NotModelled
from .call import Call, ModuleFailed
from .file_facts import checksum
from .model import Model
from .unhandled import unhandled_is_told


@unhandled_is_told
def carry_out(host: Host, call: Call) -> dict[str, Any]:
    mode = call.get("_copy_mode", "single")
    if call.get("backup"):
        raise NotModelled("win_copy with backup is not modelled")
    if mode == "query":
        return _differing(host, call)
    if mode == "single":
        return _brought(host, call)
    raise NotModelled("win_copy is modelled for one file from the controller: no folders, no remote_src")


def _differing(host: Host, call: Call) -> dict[str, Any]:
    if call.get("directories"):
        raise NotModelled("win_copy of folders is not modelled")
    return {
        "changed": False,
        "files": [file for file in call.get("files", []) if _differs(host, call, file)],
        "directories": [],
        "symlinks": [],
    }


def _differs(host: Host, call: Call, file: dict[str, Any]) -> bool:
    real = host.drives.real(ntpath.join(call.arguments["dest"], file["dest"]))
    if real.is_dir():
        raise NotModelled("win_copy of a file in the place of a folder is not modelled")
    if not real.exists():
        return True
    return bool(call.get("force", True)) and checksum(real, "sha1") != file["checksum"]


def _brought(host: Host, call: Call) -> dict[str, Any]:
    src, dest = call.get("src"), call.arguments["dest"]
    into = dest.endswith(("\\", "/")) or host.drives.real(dest).is_dir()
    real = host.drives.real(ntpath.join(dest, call.get("_original_basename")) if into else dest)
    folder = real.parent
    if folder.is_file():
        raise ModuleFailed(f"object at destination parent dir '{host.drives.windows(folder)}' is currently a file")
    if not folder.is_dir():
        if not into:
            raise ModuleFailed(f"Destination directory '{host.drives.windows(folder)}' does not exist")
        host.files.make_folder(folder)
    host.files.write(real, host.drives.real(src).read_bytes())
    return {"changed": True}


MODEL = Model(
    module="ansible.windows.win_copy",
    honours=frozenset({"src", "dest", "force", "files", "directories", "backup", "_copy_mode", "_original_basename"}),
    ignores={
        "symlinks": "the script does not read it",
        "remote_src": "the action plugin acts on it",
        "decrypt": "the action plugin acts on it",
        "local_follow": "the action plugin acts on it",
    },
    script_sha256={
        "545bf11d6c206128cfb93356558bc397048242c00eab3f5cbe8b9e101a4a5334": "3.3.0",
        "8870f7395cb1c013ea1e8725a18e9e0db6b9ef504d6ecfa610b5b8f02ffd6cff": "3.8.0",
    },
    differences=("only one file from the controller, which `win_template` is too; no folders, remote_src or backup",),
    carry_out=carry_out,
)
