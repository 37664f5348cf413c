# SPDX-License-Identifier: GPL-3.0-or-later
"""Flyway's scripts in a release, by the names that Flyway expects unless told. Private to hybrid.rollout.

Migrations in Java are in no folder: a release that has some ships a manifest.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.flyway_checksum import checksum
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.flyway_versions import name_of, place
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import Migration
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.release_files import files_below, text_of

NAME = re.compile(r"([VB])(?P<version>[0-9]+(?:[._][0-9]+)*)(?:__(?P<said>.*))?\.sql|R__(?P<repeated>.+)\.sql")
MEANT = re.compile(r"[VB][0-9].*|R_[^_].*")


def migrations_in(folder: Path) -> list[Migration]:
    """By version, and then the repeatable ones by description, as Flyway runs them. Scripts for undo are not among them."""
    found: dict[str, Migration] = {}
    for file in files_below(folder, ".sql"):
        migration = _migration(file, str(file.relative_to(folder)))
        if migration is None:
            continue
        if migration.name in found:
            raise BadInput(
                f"{folder}: {found[migration.name].file} and {migration.file} are one migration to Flyway"
                f" ({migration.name}), and it refuses to start: give one of them another version or description"
            )
        found[migration.name] = migration
    return sorted(found.values(), key=_order)


def _migration(file: Path, path: str) -> Optional[Migration]:
    match = NAME.fullmatch(file.name)
    if match is None:
        if MEANT.fullmatch(file.name):
            raise BadInput(
                f"{file}: Flyway skips a file with this name and says nothing: V, the version, two underscores and a"
                " description make a migration (V1.2__add_price.sql), R and two underscores a repeatable one"
            )
        return None
    version = match["version"]
    description = (match["repeated"] or match["said"] or "").replace("_", " ")
    return Migration(
        name_of(version, description, baseline_script=match[1] == "B"),
        version=version.replace("_", ".") if version else None,
        description=description,
        checksums=_checksums(file),
        repeatable=version is None,
        file=path,
        text=text_of(file),
    )


def _checksums(file: Path) -> tuple[str, ...]:
    """None for another encoding: it is a setting of Flyway's, which is not known here."""
    content = file.read_bytes()
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return ()
    return (checksum(content),)


def _order(migration: Migration) -> tuple[bool, tuple[int, ...], str]:
    return migration.version is None, place(migration.version or ""), migration.description
