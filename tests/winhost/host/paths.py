# SPDX-License-Identifier: GPL-3.0-or-later
"""Windows paths over a folder of this machine: C:\\ is <root>/c, and the case of a name makes no difference."""

from __future__ import annotations

import ntpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .win32 import NotModelled


@dataclass(frozen=True)
class Drives:
    root: Path
    environment: Mapping[str, str]

    def expanded(self, path: str) -> str:
        """%VARIABLES% filled in; one that is not set stays as it is written."""
        known = {name.upper(): value for name, value in self.environment.items()}
        return re.sub(r"%([^%]+)%", lambda found: known.get(found.group(1).upper(), found.group(0)), path)

    def full(self, path: str) -> str:
        """The path as Windows would write it out: drive, backslashes, no dots."""
        plain = self.expanded(path).replace("/", "\\").removeprefix("\\\\?\\")
        drive, rest = ntpath.splitdrive(plain)
        if not re.fullmatch(r"[A-Za-z]:", drive) or not rest.startswith("\\"):
            raise NotModelled(f"a path must begin with a drive and a backslash: {path}")
        return ntpath.normpath(drive.upper() + rest)

    def real(self, path: str) -> Path:
        """Where the path is on this machine. A junction on the way is left as it is: it leads there too."""
        drive, rest = ntpath.splitdrive(self.full(path))
        found = self.root / drive[0].lower()
        for name in filter(None, rest.split("\\")):
            found = _entry(found, name)
        return found

    def windows(self, real: Path) -> str:
        drive, *names = real.relative_to(self.root).parts
        return f"{drive.upper()}:\\" + "\\".join(names)


def _entry(folder: Path, name: str) -> Path:
    exact = folder / name
    if exact.exists() or exact.is_symlink() or not folder.is_dir():
        return exact
    return next((entry for entry in folder.iterdir() if entry.name.lower() == name.lower()), exact)
