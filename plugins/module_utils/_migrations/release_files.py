# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a release's migrations. Private to hybrid.rollout."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput


def files_below(folder: Path, suffix: str) -> list[Path]:
    """Those that end so, in any folder below, by their paths."""
    if not folder.is_dir():
        raise BadInput(f"{folder} is no directory: name the one that holds the release's migrations")
    return sorted(file for file in folder.rglob(f"*{suffix}") if file.is_file())


def text_of(file: Path) -> str:
    """As the file has it, its line ends too, without a mark of byte order. What is not UTF-8 becomes question marks."""
    return file.read_bytes().decode("utf-8-sig", errors="replace")
