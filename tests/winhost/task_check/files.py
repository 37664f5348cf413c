# SPDX-License-Identifier: GPL-3.0-or-later
"""The files that may hold tasks: of a checkout, a role, any folder, or one by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

NO_TASKS = {"defaults", "vars", "meta", "files", "templates", "group_vars", "host_vars", "library"}


def task_files(paths: Iterable[Path]) -> list[Path]:
    return sorted({file.resolve(): file for path in paths for file in under(path)}.values())


def under(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    for file in path.rglob("*"):
        inside = file.relative_to(path).parts[:-1]
        hidden = any(part.startswith(".") for part in inside)
        if file.suffix in (".yml", ".yaml") and file.is_file() and not hidden and not NO_TASKS & set(inside):
            yield file
