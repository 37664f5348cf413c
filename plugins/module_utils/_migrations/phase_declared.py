# SPDX-License-Identifier: GPL-3.0-or-later
"""Which phase the author of a migration declared, and where. Private to hybrid.rollout.

Nobody wins over anybody: two places that disagree are an error, because one of them is a mistake and nobody here can know which.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PureWindowsPath
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import CONTRACT, EXPAND, Migration

DIRECTORIES = {"expand": EXPAND, "contract": CONTRACT, "post_migrate": CONTRACT}
COMMENT = re.compile(r"\s*(?:--|#|//|/\*+|\*)(.*)")
MARK = re.compile(r"\s*hybrid\.rollout:(.*?)(?:\*/\s*)?$", re.IGNORECASE)
WORD = re.compile(r"(phase|reviewed)=(\S+)$")


@dataclass(frozen=True)
class Declared:
    """``reviewed_by``: who says that a person has judged what cannot be judged from the text."""

    phase: Optional[str] = None
    where: str = ""
    reviewed_by: str = ""


def declared(migration: Migration) -> Declared:
    """BadInput where two places disagree, or where a header cannot be understood."""
    said = [*_headers(migration), *_directories(migration), *_elsewhere(migration)]
    for one in said[1:]:
        if one.phase != said[0].phase:
            raise BadInput(
                f"Migration {migration.name} has two phases: {said[0].phase} by its {said[0].where}, and {one.phase} by its {one.where}. Take one of them away."
            )
    reviewers = [one.reviewed_by for one in said if one.reviewed_by]
    return Declared(said[0].phase, said[0].where, reviewers[0] if reviewers else "") if said else Declared()


def _headers(migration: Migration) -> Iterator[Declared]:
    in_header = True
    for number, line in enumerate((migration.text or "").lstrip("\ufeff").splitlines(), 1):
        comment = COMMENT.match(line)
        in_header = in_header and (comment is not None or not line.strip())
        mark = MARK.match(comment.group(1)) if comment else None
        if not mark:
            continue
        if not in_header:
            raise BadInput(
                f"Migration {migration.name} has a hybrid.rollout comment in line {number}, below its first statement. Put it above."
            )
        yield _header(migration.name, number, mark.group(1).split())


def _header(name: str, number: int, words: list[str]) -> Declared:
    found = [WORD.match(word) for word in words]
    pairs = [(str(match.group(1)), str(match.group(2))) for match in found if match]
    values = dict(pairs)
    understood = len(pairs) == len(words) == len(values) and values.get("phase") in (EXPAND, CONTRACT)
    if not understood:
        raise BadInput(
            f"Migration {name} says 'hybrid.rollout: {' '.join(words)}' in line {number}. "
            f"It has to be phase={EXPAND} or phase={CONTRACT}, and may have reviewed=NAME after it."
        )
    return Declared(values["phase"], f"header (line {number})", values.get("reviewed", ""))


def _directories(migration: Migration) -> Iterator[Declared]:
    for part in PureWindowsPath(migration.file or "").parts[:-1]:
        if part.lower() in DIRECTORIES:
            yield Declared(DIRECTORIES[part.lower()], f"directory ({part})")


def _elsewhere(migration: Migration) -> Iterator[Declared]:
    if migration.phase:
        yield Declared(migration.phase, migration.declared_in or "tool")
