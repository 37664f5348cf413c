# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that are changed as Windows lets them be: not while a process runs from them, not on a full disk."""

from __future__ import annotations

import os
import shutil
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
        self.refuse_if_in_use(real)
        if "disk_full" in self.faults:
            real.write_bytes(content[: len(content) // 2])
            raise Win32Error(112)
        real.write_bytes(content)

    def make_folder(self, real: Path) -> None:
        if "disk_full" in self.faults:
            raise Win32Error(112)
        real.mkdir(parents=True, exist_ok=True)

    def remove(self, real: Path) -> None:
        """A junction goes by itself: what it leads to stays. A folder goes file by file until one is in use."""
        if is_junction(real):
            real.unlink()
        elif real.is_dir():
            for entry in sorted(real.iterdir()):
                self.remove(entry)
            real.rmdir()
        else:
            self.refuse_if_in_use(real)
            real.unlink()

    def move(self, source: Path, target: Path) -> None:
        self.refuse_if_in_use(source)
        self.refuse_if_in_use(target)
        if (
            source.is_dir()
            and not is_junction(source)
            and any(self._is_inside(image, source) for image in self._used())
        ):
            raise Win32Error(5)
        os.replace(source, target)

    def link(self, junction: Path, target: Path) -> None:
        if junction.exists() or is_junction(junction):
            raise Win32Error(183)
        junction.symlink_to(target)

    def refuse_if_in_use(self, real: Path) -> None:
        if is_junction(real) or not real.is_file():
            return
        if "file_in_use" in self.faults or real.resolve() in self._used():
            name = self.drives.windows(real)
            raise Win32Error(
                32, f"The process cannot access the file '{name}' because it is being used by another process."
            )

    def free_bytes(self) -> int:
        return 0 if "disk_full" in self.faults else shutil.disk_usage(self.drives.root).free

    def _used(self) -> set[Path]:
        return self.images_in_use()

    @staticmethod
    def _is_inside(image: Path, folder: Path) -> bool:
        return image.is_relative_to(folder.resolve())


def is_junction(real: Path) -> bool:
    return real.is_symlink()
