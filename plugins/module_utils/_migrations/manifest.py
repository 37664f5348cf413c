# SPDX-License-Identifier: GPL-3.0-or-later
"""The migrations of a release as a file beside its artifact says them. Private to hybrid.rollout.

Some tools keep their list in a compiled program alone: the build writes it down, and nobody has to guess.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import CONTRACT, EXPAND, Migration

TEXTS, FLAG, NEEDS = ("version", "checksum", "phase", "description"), "repeatable", "needs"
KNOWN = ("name", *TEXTS, FLAG, NEEDS)


@dataclass(frozen=True)
class Manifest:
    tool: str
    migrations: tuple[Migration, ...]


def manifest_in(file: Path) -> Manifest:
    """BadInput names the file, the place in it, and what is wrong there."""
    try:
        content = json.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise BadInput(f"The manifest {file} cannot be read: {error}.") from error
    if not isinstance(content, dict) or not isinstance(content.get("migrations"), list):
        raise BadInput(f'The manifest {file} has to be {{"tool": ..., "migrations": [...]}}.')
    if not isinstance(content.get("tool"), str):
        raise BadInput(f"The manifest {file} does not say its tool: names mean nothing without one.")
    found = tuple(_migration(file, number, entry) for number, entry in enumerate(content["migrations"]))
    names = [migration.name for migration in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadInput(f"The manifest {file} has {', '.join(twice)} more than once.")
    return Manifest(content["tool"], found)


def _migration(file: Path, number: int, entry: object) -> Migration:
    where = f"The manifest {file}, migrations[{number}],"
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str) or not entry["name"]:
        raise BadInput(f"{where} has no name.")
    for key, value in entry.items():
        _check(f"{where} {key}", key, value)
    checksum = entry.get("checksum")
    return Migration(
        name=entry["name"],
        version=entry.get("version"),
        description=entry.get("description") or "",
        checksums=(checksum,) if checksum else (),
        repeatable=entry.get(FLAG, False),
        phase=entry.get("phase"),
        declared_in="manifest" if entry.get("phase") else "",
        needs=tuple(entry.get(NEEDS, ())),
    )


def _check(where: str, key: str, value: object) -> None:
    if key not in KNOWN:
        raise BadInput(f"{where} is not known; there are {', '.join(KNOWN)}.")
    if key in TEXTS and not (value is None or isinstance(value, str)):
        raise BadInput(f"{where} has to be text, and is {value!r}.")
    if key == "phase" and value not in (None, EXPAND, CONTRACT):
        raise BadInput(f"{where} is {value!r}; it has to be {EXPAND} or {CONTRACT}.")
    if key == FLAG and not isinstance(value, bool):
        raise BadInput(f"{where} has to be true or false, and is {value!r}.")
    if key == NEEDS and not (isinstance(value, list) and all(isinstance(name, str) for name in value)):
        raise BadInput(f"{where} has to be a list of names, and is {value!r}.")
