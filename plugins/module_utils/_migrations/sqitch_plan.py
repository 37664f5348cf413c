# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of Sqitch: changes in the one order that they are deployed in. Private to hybrid.rollout."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.migration_files import place_in, text_of
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import Migration

PROJECT = re.compile(r"%project\s*=\s*(\S+)")
TAG = re.compile(r"@(\S+)")
CHANGE = re.compile(r"\+?\s*([^\s@#%\[+-][^\s\[]*)\s*(?:\[([^\]]*)\])?[^#]*(?:#\s*(.*))?")


@dataclass
class _Change:
    name: str
    needs: Sequence[str]
    note: str
    tag: Optional[str] = None  # the first one after it


def instance(name: str, number: int) -> str:
    """The name, or which one of those that bear it since it was reworked."""
    return name if number == 1 else f"{name} (rework {number - 1})"


def planned(folder: Path) -> list[Migration]:
    plan = folder / "sqitch.plan"
    if not plan.is_file():
        raise BadInput(f"{folder} has no sqitch.plan: name the folder that has the plan, and deploy/ beside it.")
    project, changes = _read(plan)
    last = {change.name: change for change in changes}
    migrations: list[Migration] = []
    times = Counter[str]()
    for change in changes:
        name = f"{project}:{change.name}"
        times[name] += 1
        script = folder / "deploy" / _script(change, change is last[change.name])
        before = [migrations[-1].name] if migrations else []
        needs = [need if ":" in need else f"{project}:{need}" for need in change.needs]
        migrations.append(
            Migration(
                instance(name, times[name]),
                description=change.note,
                checksums=[_sha1(script, plan)],
                needs=list(dict.fromkeys([*before, *needs])),
                file=place_in(folder, script),
                text=text_of(script),
            )
        )
    return migrations


def _read(plan: Path) -> tuple[str, list[_Change]]:
    project, changes = "", list[_Change]()
    for line in map(str.strip, text_of(plan).splitlines()):
        if pragma := PROJECT.match(line):
            project = pragma.group(1)
        elif tag := TAG.match(line):
            for change in changes:
                change.tag = change.tag or tag.group(1)
        elif found := CHANGE.fullmatch(line):
            name, needed, note = found.groups()
            needs = [need.partition("@")[0] for need in (needed or "").split() if not need.startswith("!")]
            changes.append(_Change(name, [need for need in needs if need], note or ""))
        elif line and not line.startswith(("#", "%")):
            raise BadInput(f"{plan} has the line {line!r}, which is neither a change that is deployed nor a tag.")
    if not project or not changes:
        raise BadInput(f"{plan} names no {'change' if project else 'project'}, which every plan of Sqitch does.")
    return project, changes


def _script(change: _Change, newest: bool) -> str:
    """Sqitch keeps the script of a change that was reworked under the tag that came after it."""
    return f"{change.name}.sql" if newest else f"{change.name}@{change.tag}.sql"


def _sha1(script: Path, plan: Path) -> str:
    try:
        return hashlib.sha1(script.read_bytes()).hexdigest()  # noqa: S324 # it is Sqitch's own, and guards nothing here
    except OSError as error:
        raise BadInput(
            f"{plan} has a change whose script {script} cannot be read: {error.strerror or error}."
        ) from error
