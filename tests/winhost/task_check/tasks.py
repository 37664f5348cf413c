# SPDX-License-Identifier: GPL-3.0-or-later
"""The tasks in files of tasks and of plays, through blocks and included files, with the module_defaults that reach them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional

from .located import Located, load

IN_A_PLAY = ("pre_tasks", "tasks", "post_tasks", "handlers")
IN_A_BLOCK = ("block", "rescue", "always")
INCLUDES = {
    f"{prefix}{word}"
    for prefix in ("", "ansible.builtin.", "ansible.legacy.")
    for word in ("include_tasks", "import_tasks", "import_playbook")
}


@dataclass(frozen=True)
class Surroundings:
    """What a task inherits."""

    file: Path
    defaults: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    collections: tuple[str, ...] = ()

    def entered(self, item: Mapping[str, Any]) -> Surroundings:
        own = item.get("module_defaults") or []
        defaults = dict(self.defaults)
        for part in own if isinstance(own, list) else [own]:
            for name, options in part.items() if isinstance(part, Mapping) else ():
                if isinstance(options, Mapping):
                    defaults[name] = {**defaults.get(name, {}), **options}
        named = item.get("collections")
        collections = tuple(named) if isinstance(named, list) else self.collections
        return dataclasses.replace(self, defaults=defaults, collections=collections)


@dataclass(frozen=True)
class Found:
    written: Located
    surroundings: Surroundings


def tasks(files: Iterable[Path]) -> Iterator[Found]:
    """A file that another one includes is read where it is included, with what it inherits there."""
    readings = [Reading.of(file) for file in files]
    included = {path for reading in readings for path in reading.included if path != reading.file.resolve()}
    read: set[Path] = set()
    for reading in sorted(readings, key=lambda one: one.file.resolve() in included):
        if reading.file.resolve() not in read:
            yield from reading.found
            read |= reading.included


@dataclass(frozen=True)
class Reading:
    file: Path
    found: tuple[Found, ...]
    included: frozenset[Path]

    @classmethod
    def of(cls, file: Path) -> Reading:
        included: set[Path] = set()
        found = tuple(in_file(Surroundings(file), included, ()))
        return cls(file, found, frozenset(included))


def in_file(around: Surroundings, included: set[Path], way: tuple[Path, ...]) -> Iterator[Found]:
    here = around.file.resolve()
    if here in way:
        return
    content = load(around.file)
    for item in content if isinstance(content, list) else ():
        yield from in_item(item, around, included, (*way, here))


def in_item(item: Any, around: Surroundings, included: set[Path], way: tuple[Path, ...]) -> Iterator[Found]:
    if not isinstance(item, Located):
        return
    around = around.entered(item)
    inner = IN_A_PLAY if "hosts" in item else IN_A_BLOCK if "block" in item else ()
    for key in inner:
        for part in item.get(key) or ():
            yield from in_item(part, around, included, way)
    if inner:
        return
    includes = INCLUDES & item.keys()
    if not includes:
        yield Found(item, around)
    for key in includes:
        file = included_file(item[key], around.file)
        if file is not None:
            included.add(file.resolve())
            yield from in_file(dataclasses.replace(around, file=file), included, way)


def included_file(said: Any, within: Path) -> Optional[Path]:
    """Beside the file that includes it, or in the role's folder of tasks."""
    name = said.get("file") if isinstance(said, Mapping) else said
    if not isinstance(name, str) or "{{" in name:
        return None
    places = [within.parent, *(place for place in within.parents if place.name in ("tasks", "handlers"))]
    return next((place / name for place in places if (place / name).is_file()), None)
