# SPDX-License-Identifier: GPL-3.0-or-later
"""What the installed PowerShell shell plugin says to remove a path and to ask whether one exists: it is asked itself, with holes for the path."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Mapping

from ansible.plugins.loader import shell_loader

from ..modelled_host import ModelledHost
from .known_text import KnownText, pattern_of
from .outcome import Outcome, printed

_QUOTED = {"PATHHOLE": "(?:[^']|'')*"}


def installed() -> list[KnownText]:
    shell = shell_loader.get("powershell")
    return [
        KnownText("remove tree", pattern_of(_script(shell.remove("PATHHOLE", recurse=True)), _QUOTED), _remove),
        KnownText("remove file", pattern_of(_script(shell.remove("PATHHOLE")), _QUOTED), _remove),
        KnownText("exists", pattern_of(_script(shell.exists("PATHHOLE")), _QUOTED), _exists),
    ]


def _script(command: str) -> str:
    return base64.b64decode(command.rsplit(maxsplit=1)[-1]).decode("utf-16-le")


def _remove(host: ModelledHost, holes: Mapping[str, str]) -> Outcome:
    path = host.drives.real(holes["PATHHOLE"].replace("''", "'"))
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
    return Outcome("ok", 0)


def _exists(host: ModelledHost, holes: Mapping[str, str]) -> Outcome:
    there = host.drives.real(holes["PATHHOLE"].replace("''", "'")).exists()
    return printed("$res") if there else Outcome("failed", 1, "$res\r\n")
