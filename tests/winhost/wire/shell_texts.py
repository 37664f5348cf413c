# SPDX-License-Identifier: GPL-3.0-or-later
"""What the installed PowerShell shell plugin says to remove a path and to ask whether one exists: it is asked itself, with holes for the path."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Mapping
from pathlib import Path

from ansible.plugins.loader import shell_loader

from ..modelled_host import ModelledHost
from .known_text import KnownText, pattern_of
from .outcome import Outcome, printed

_PATH = {"PATHHOLE": r"'(?:[^']|'')*'|[\w\-\\.\[\]/~!%^:]+"}  # newer cores quote a path only where it needs quotes


def installed() -> list[KnownText]:
    shell = shell_loader.get("powershell")
    return [
        KnownText("remove tree", pattern_of(_script(shell.remove("PATHHOLE", recurse=True)), _PATH), _remove),
        KnownText("remove file", pattern_of(_script(shell.remove("PATHHOLE")), _PATH), _remove),
        KnownText("exists", pattern_of(_script(shell.exists("PATHHOLE")), _PATH), _exists),
    ]


def decoded(command: str) -> str:
    """The PowerShell in a command line of the shell plugin."""
    return base64.b64decode(command.rsplit(maxsplit=1)[-1]).decode("utf-16-le")


def _script(command: str) -> str:
    return decoded(command).replace("'PATHHOLE'", "PATHHOLE")


def _path(host: ModelledHost, holes: Mapping[str, str]) -> Path:
    said = holes["PATHHOLE"]
    return host.drives.real(said[1:-1].replace("''", "'") if said.startswith("'") else said)


def _remove(host: ModelledHost, holes: Mapping[str, str]) -> Outcome:
    path = _path(host, holes)
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
    return Outcome("ok", 0)


def _exists(host: ModelledHost, holes: Mapping[str, str]) -> Outcome:
    there = _path(host, holes).exists()
    return printed("$res") if there else Outcome("failed", 1, "$res\r\n")
