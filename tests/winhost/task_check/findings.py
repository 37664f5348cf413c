# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with the arguments of Windows tasks, and where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from ..argument_spec.check import examined
from ..argument_spec.installed import NoModule, load_plugins, spec_of
from .calls import Call, Unreadable, windows_call
from .tasks import Found, tasks


@dataclass
class Report:
    findings: dict[str, None] = field(default_factory=dict)  # a file that is included twice says it once
    places: set[tuple[Path, int]] = field(default_factory=set)
    from_variables: int = 0

    def summary(self) -> str:
        files = len({file for file, _line in self.places})
        counts = f"Windows tasks: {len(self.places)} in {files} files, {len(self.findings)} findings"
        return counts + (f", {self.from_variables} with all arguments in a variable" if self.from_variables else "")


def report(files: Iterable[Path]) -> Report:
    load_plugins()
    said = Report()
    try:
        for found in tasks(files):
            look_at(found, said)
    except yaml.YAMLError as error:
        said.findings[f"not YAML: {error}"] = None
    return said


def look_at(found: Found, said: Report) -> None:
    file, line = found.surroundings.file, found.written.line
    name = found.written.get("name") or "a task without a name"
    try:
        call = windows_call(found)
    except Unreadable as error:
        said.places.add((file, line))
        said.findings[f"{file}:{line}: {name}: {error}"] = None
        return
    if call is None:
        return
    said.from_variables += call.all_from_a_variable and (file, line) not in said.places
    said.places.add((file, line))
    for message in wrong_with(call):
        said.findings[f"{file}:{line}: {name}: {call.module}: {message}"] = None


def wrong_with(call: Call) -> list[str]:
    try:
        spec = spec_of(call.module)
    except NoModule as error:
        return [str(error)]
    # Where a variable holds the arguments, nothing can be known to be missing.
    return [] if call.all_from_a_variable else examined(spec, call.module, call.arguments)[1]
