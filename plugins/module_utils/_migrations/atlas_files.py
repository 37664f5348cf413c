# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of Atlas with their hashes, each of which covers the files before it. Private to hybrid.rollout."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.migration_files import (
    files_named,
    place_in,
    text_of,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import Migration

FILE_NAME = re.compile(r"(?P<version>[^._][^_]*?)(?:_(?P<description>.*))?\.sql")
NOT_SUMMED = re.compile(r"^\s*--\s*atlas:sum\s+ignore\s*$", re.MULTILINE)


def versions(folder: Path) -> list[Migration]:
    found = files_named("Atlas", folder, FILE_NAME, "20240131120000_create_users.sql")
    so_far = hashlib.sha256()
    migrations, sums = [], {}
    for file, match in found:
        text = text_of(file)
        so_far.update(file.name.encode())
        checksums: tuple[str, ...] = ()
        if not NOT_SUMMED.search(text):
            so_far.update(file.read_bytes())
            digest = base64.b64encode(so_far.digest()).decode()
            checksums, sums[file.name] = (digest, f"h1:{digest}"), f"h1:{digest}"
        version, description = match["version"], match["description"] or ""
        migrations.append(Migration(version, version, description, checksums, file=place_in(folder, file), text=text))
    _check(folder / "atlas.sum", sums)
    return migrations


def _check(file: Path, sums: dict[str, str]) -> None:
    """Its first line sums up the others, which have a name and its hash."""
    if not file.is_file():
        return
    written = dict(line.rsplit(" ", 1) for line in text_of(file).splitlines()[1:] if " " in line)
    names = [name for name in {**sums, **written} if sums.get(name) != written.get(name)]
    if names:
        raise BadInput(
            f"{file} is of other files, beginning with {names[0]}: Atlas will refuse to run them. Look at what changed, then atlas migrate hash."
        )
