# SPDX-License-Identifier: GPL-3.0-or-later
"""Alembic's revisions as their files write them: what each stands on, and the labels of its branch. Private to hybrid.rollout."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.graph_order import in_order
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.migration_files import (
    files_named,
    place_in,
    text_of,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import CONTRACT, EXPAND, Migration
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.python_source import (
    assignments,
    literal,
    names,
    source,
)

FILE_NAME = re.compile(r"[^.].*\.py")
EXAMPLE = "versions/1975ea83b712_create_users.py"
SHORTEST = 4  # Alembic takes the beginning of a revision for the whole from here on


@dataclass(frozen=True)
class _Revision:
    name: str
    down: Sequence[str]
    depends_on: Sequence[str]
    labels: Sequence[str]
    description: str
    file: Path


def revisions(folder: Path) -> list[Migration]:
    found: dict[str, _Revision] = {}
    for file, _match in files_named("Alembic", folder, FILE_NAME, EXAMPLE, deep=True):
        revision = _read(file)
        if revision and revision.name in found:
            raise BadInput(f"{file} and {found[revision.name].file} have the same revision {revision.name}.")
        if revision:
            found[revision.name] = revision
    if not found:
        raise BadInput(
            f"{folder} has no revision of Alembic, which are files such as {EXAMPLE}: name the folder that has them."
        )
    needs = {name: (*_known(revision, found), *_depended(revision, found)) for name, revision in found.items()}
    labels = _labels(found)
    return [_migration(folder, found[name], needs[name], labels[name]) for name in in_order(needs, "Alembic")]


def _read(file: Path) -> Optional[_Revision]:
    """A file without revision and down_revision is something else, such as env.py."""
    module = source(file)
    given = assignments(module.body)
    if not {"revision", "down_revision"} <= set(given):
        return None
    values = {
        name: literal(given[name], name, file)
        for name in ("revision", "down_revision", "depends_on", "branch_labels")
        if name in given
    }
    return _Revision(
        str(values["revision"]),
        names(values["down_revision"]),
        names(values.get("depends_on")),
        names(values.get("branch_labels")),
        (ast.get_docstring(module) or "").partition("\n")[0],
        file,
    )


def _known(revision: _Revision, found: Mapping[str, _Revision]) -> Sequence[str]:
    for down in revision.down:
        if down not in found:
            raise BadInput(
                f"{revision.file} stands on revision {down}, which no file beside it has: is the folder whole?"
            )
    return revision.down


def _depended(revision: _Revision, found: Mapping[str, _Revision]) -> list[str]:
    """What depends_on names by its revision, by its beginning, or by a label."""
    named = []
    for asked in revision.depends_on:
        matches = [
            name
            for name, other in found.items()
            if name == asked or asked in other.labels or (len(asked) >= SHORTEST and name.startswith(asked))
        ]
        if len(matches) != 1:
            raise BadInput(f"{revision.file} depends on {asked}, which is {len(matches)} revisions of its folder.")
        named += matches
    return named


def _labels(found: Mapping[str, _Revision]) -> dict[str, set[str]]:
    """A label is its revision's, and that of all above it, and of those below until a branch begins or ends."""
    above: dict[str, list[str]] = {name: [] for name in found}
    for name, revision in found.items():
        for down in revision.down:
            above[down].append(name)
    labels: dict[str, set[str]] = {name: set() for name in found}
    for name, revision in found.items():
        reached = {name} if revision.labels else set()
        open_ends = list(reached)
        while open_ends:
            new = set(above[open_ends.pop()]) - reached
            reached |= new
            open_ends += new
        below = revision.down
        while reached and len(below) == 1 and len(above[below[0]]) == 1:
            reached.add(below[0])
            below = found[below[0]].down
        for one in reached:
            labels[one].update(revision.labels)
    return labels


def _migration(folder: Path, revision: _Revision, needs: Sequence[str], labels: set[str]) -> Migration:
    """A phase if the labels name one; those that a merge brings together name two, which is none."""
    phases = sorted({label.lower() for label in labels} & {EXPAND, CONTRACT})
    phase = phases[0] if len(phases) == 1 else None
    return Migration(
        revision.name,
        revision.name,
        revision.description,
        phase=phase,
        declared_in=f"branch label {phase}" if phase else "",
        needs=needs,
        file=place_in(folder, revision.file),
        text=text_of(revision.file),
    )
