# SPDX-License-Identifier: GPL-3.0-or-later
"""Flyway's scripts in a release, by the names that Flyway expects unless told. Private to hybrid.rollout.

Migrations in Java are in no folder: a release that has some ships a manifest.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.flyway_checksum import checksum
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.flyway_versions import (
    BASELINE_SCRIPT,
    name_of,
    place,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import Migration
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.release_files import files_below, text_of

VERSION = re.compile(r"[0-9]+(?:[._][0-9]+)*")
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


def with_its_own_name(migration: Migration) -> Migration:
    """A manifest names a migration by its file, or by its version alone."""
    match = NAME.fullmatch(PurePosixPath(migration.name).name)
    if match:
        return _named(migration, match)
    if migration.file or migration.repeatable:
        return migration
    version = migration.version or migration.name
    if not VERSION.fullmatch(version):
        raise BadInput(
            f"{migration.name!r} names no migration of Flyway: write V1.2__add_price.sql, R__prices.sql or 1.2"
        )
    return replace(migration, name=name_of(version, ""), version=version)


def _migration(file: Path, path: str) -> Optional[Migration]:
    match = NAME.fullmatch(file.name)
    if match:
        return _named(Migration(file.name, checksums=_checksums(file), file=path, text=text_of(file)), match)
    if MEANT.fullmatch(file.name):
        raise BadInput(
            f"{file}: Flyway skips a file with this name and says nothing: V, the version, two underscores and a"
            " description make a migration (V1.2__add_price.sql), R and two underscores a repeatable one"
        )
    return None


def _named(migration: Migration, match: re.Match[str]) -> Migration:
    version = match["version"]
    description = (match["repeated"] or match["said"] or "").replace("_", " ")
    return replace(
        migration,
        name=name_of(version, description, baseline_script=match[1] == BASELINE_SCRIPT),
        version=version.replace("_", ".") if version else None,
        description=description,
        repeatable=version is None,
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
