# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a release that a tool would take for migrations. Private to hybrid.rollout."""

from __future__ import annotations

import re
from pathlib import Path

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput


def files_named(
    title: str, folder: Path, pattern: re.Pattern[str], example: str, *, deep: bool = False
) -> list[tuple[Path, re.Match[str]]]:
    """Those whose whole name fits, in the order of their names. None at all is an error: a wrong folder would look like no migrations."""
    try:
        top = list(folder.iterdir())
    except OSError as error:
        raise BadInput(f"The migrations of {title} cannot be read from {folder}: {error.strerror or error}.") from error
    entries = sorted(folder.rglob("*") if deep else top, key=lambda entry: (entry.name, str(entry)))
    matches = [(entry, pattern.fullmatch(entry.name)) for entry in entries if entry.is_file()]
    found = [(entry, match) for entry, match in matches if match]
    if not found:
        raise BadInput(
            f"{folder} has no migration of {title}, which are files such as {example}: name the folder that has them."
        )
    return found


def text_of(file: Path) -> str:
    """What it says. A byte that is not UTF-8 is replaced: names and comments can be in an old encoding, statements are not."""
    try:
        return file.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror or error}.") from error


def place_in(folder: Path, file: Path) -> str:
    """Its path below the folder, with / on any system."""
    return file.relative_to(folder).as_posix()
