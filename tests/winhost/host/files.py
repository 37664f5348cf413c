# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that are changed as Windows lets them be: not while a process runs from them, not on a full disk."""

from __future__ import annotations

import os
from collections.abc import Callable, Set
from dataclasses import dataclass
from pathlib import Path

from .paths import Drives
from .win32 import Win32Error


@dataclass(frozen=True)
class Files:
    drives: Drives
    faults: Set[str]
    images_in_use: Callable[[], set[Path]]
    """The program files that processes of this host were started from."""

    def write(self, real: Path, content: bytes) -> None:
        self._refuse_to_overwrite(real)
        if "disk_full" in self.faults:
            real.write_bytes(content[: len(content) // 2])
            raise Win32Error(112)
        real.write_bytes(content)

    def make_folder(self, real: Path) -> None:
        if real.is_dir():
            return
        if "disk_full" in self.faults:
            raise Win32Error(112)
        real.mkdir(parents=True)

    def remove(self, real: Path) -> None:
        """A junction goes by itself: what it leads to stays. A folder goes file by file until one is in use."""
        if is_junction(real):
            real.unlink()
        elif real.is_dir():
            for entry in sorted(real.iterdir()):
                self.remove(entry)
            real.rmdir()
        else:
            self._refuse_if_open(real)
            if self._runs(real):
                raise Win32Error(5, f"Access to the path '{self.drives.windows(real)}' is denied.")
            real.unlink()

    def move(self, source: Path, target: Path) -> None:
        """A program may be renamed while it runs; the folder that it runs in may not."""
        self._refuse_if_open(source)
        self._refuse_to_overwrite(target)
        inside = source.is_dir() and not is_junction(source)
        if inside and any(image.is_relative_to(source.resolve()) for image in self.images_in_use()):
            raise Win32Error(5)
        os.replace(source, target)

    def link(self, junction: Path, target: Path) -> None:
        if junction.exists() or is_junction(junction):
            raise Win32Error(183)
        junction.symlink_to(target)

    def _refuse_to_overwrite(self, real: Path) -> None:
        self._refuse_if_open(real)
        if self._runs(real):
            raise self._in_use(real)

    def _refuse_if_open(self, real: Path) -> None:
        if "file_in_use" in self.faults and real.is_file():
            raise self._in_use(real)

    def _runs(self, real: Path) -> bool:
        return real.is_file() and real.resolve() in self.images_in_use()

    def _in_use(self, real: Path) -> Win32Error:
        name = self.drives.windows(real)
        return Win32Error(
            32, f"The process cannot access the file '{name}' because it is being used by another process."
        )


def is_junction(real: Path) -> bool:
    return real.is_symlink()
