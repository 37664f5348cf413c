# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible.windows.win_file."""

from __future__ import annotations

import ntpath
from pathlib import Path
from typing import Any

from ..host.files import is_junction
from ..host.host import Host
from ..host.win32 import Win32Error
from .call import Call, ModuleFailed
from .model import Model
from .unhandled import unhandled_is_told


@unhandled_is_told
def carry_out(host: Host, call: Call) -> dict[str, Any]:
    path, state = call.arguments["path"], call.get("state")
    real = host.drives.real(path)
    if state == "touch":
        return _touch(host, call, real)
    if real.exists() or is_junction(real):
        return _existing(host, call, real)
    if state == "absent":
        return {"changed": False}
    if state == "directory" or (state is None and not ntpath.basename(path)):
        if not call.check:
            host.files.make_folder(real)
        return {"changed": True}
    raise ModuleFailed(f"path {path} will not be created")


def _existing(host: Host, call: Call, real: Path) -> dict[str, Any]:
    path, state = call.arguments["path"], call.get("state")
    if state == "absent":
        try:
            if not call.check:
                host.files.remove(real)
        except Win32Error as error:
            raise ModuleFailed(f"Failed to delete {host.drives.windows(real)}: {error.words}") from error
        return {"changed": True}
    if state == "directory" and not real.is_dir():
        raise ModuleFailed(f"path {path} is not a directory")
    if state == "file" and real.is_dir():
        raise ModuleFailed(f"path {path} is not a file")
    return {"changed": False}


def _touch(host: Host, call: Call, real: Path) -> dict[str, Any]:
    if not real.parent.is_dir():
        full = host.drives.full(call.arguments["path"])
        raise Win32Error(3, f"Could not find a part of the path '{full}'.")
    if not call.check:
        if real.exists():
            real.touch()
        else:
            host.files.write(real, b"")
    return {"changed": True}


MODEL = Model(
    module="ansible.windows.win_file",
    honours=frozenset({"path", "state"}),
    script_sha256={
        "76143fe94bcf8b3b187e06039a6778d3f5efdd2fded9d3ea2c9925aff2b0a7ab": "3.3.0",
        "5ba05e6df8d2d484cc1569adf109df443b9100025fe7881d26a97b73cc7f7b37": "3.8.0",
    },
    differences=("touch of a folder changes the folder's time, as in 3.8.0, not its files' times, as in 3.3.0",),
    carry_out=carry_out,
)
