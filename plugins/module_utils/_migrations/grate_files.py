# SPDX-License-Identifier: GPL-3.0-or-later
"""Scripts of grate and RoundhousE in a release: folders with fixed names, in a fixed order. Private to hybrid.rollout."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import Migration
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.release_files import files_below, text_of

ONCE, WHEN_CHANGED, ALWAYS = "once", "when it has changed", "always"
FOLDERS = {
    "beforeMigration": ALWAYS,
    "alterDatabase": WHEN_CHANGED,
    "runAfterCreateDatabase": WHEN_CHANGED,
    "runBeforeUp": WHEN_CHANGED,
    "up": ONCE,
    "runFirstAfterUp": ONCE,
    "functions": WHEN_CHANGED,
    "views": WHEN_CHANGED,
    "sprocs": WHEN_CHANGED,
    "triggers": WHEN_CHANGED,
    "indexes": WHEN_CHANGED,
    "runAfterOtherAnyTimeScripts": WHEN_CHANGED,
    "permissions": ALWAYS,
    "afterMigration": ALWAYS,
}


def scripts_in(folder: Path, *, by_file_name: bool) -> list[Migration]:
    """Named by their paths below the folder of their kind, or by the file's name alone."""
    found: list[Migration] = []
    for path, runs in _folders(folder):
        for file in sorted(files_below(path, ".sql"), key=lambda file: _in_order(file, path)):
            found.append(_script(file, folder, file.parent if by_file_name else path, runs))
    if not found:
        raise BadInput(
            f"{folder}: none of the folders {', '.join(FOLDERS)} with a script is there: name the folder above them"
        )
    return found


def hashes(text: str) -> tuple[str, ...]:
    """The second is of the text as it is, which RoundhousE made first. Neither can be made where a token is put in before."""
    if "{{" in text:
        return ()
    doubled = text.replace("'", "''")
    return tuple(dict.fromkeys((_hash(re.sub("\r\n|\r", "\n", doubled)), _hash(doubled))))


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.md5(text.encode(), usedforsecurity=False).digest()).decode()


def _folders(folder: Path) -> list[tuple[Path, str]]:
    """Those that are there, in any case."""
    there = {path.name.lower(): path for path in folder.iterdir() if path.is_dir()} if folder.is_dir() else {}
    return [(there[name.lower()], runs) for name, runs in FOLDERS.items() if name.lower() in there]


def _in_order(file: Path, below: Path) -> str:
    return str(file.relative_to(below).with_suffix("")).lower()


def _script(file: Path, folder: Path, below: Path, runs: str) -> Migration:
    name = file.relative_to(below).as_posix()
    text = text_of(file)
    plain = file.name.lower()
    if plain.startswith("everytime.") or ".everytime." in plain:
        runs = ALWAYS
    return Migration(
        name,
        description="only in the environment that its name says" if ".env." in plain else "",
        checksums=() if runs == ALWAYS else hashes(text),
        repeatable=runs != ONCE,
        file=file.relative_to(folder).as_posix(),
        text=text,
    )
