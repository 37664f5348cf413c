# SPDX-License-Identifier: GPL-3.0-or-later
"""Django's migrations as their files write them. Private to hybrid.rollout."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.graph_order import in_order
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.migration_files import (
    files_named,
    place_in,
    text_of,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import Migration
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.python_source import (
    assignments,
    literal,
    source,
)

FILE_NAME = re.compile(r"(?P<name>[^._~].*)\.py")
EXAMPLE = "shop/migrations/0001_initial.py"
Key = tuple[str, str]


@dataclass(frozen=True)
class _File:
    file: Path
    dependencies: Sequence[Key]
    run_before: Sequence[Key]
    replaces: Sequence[Key]


def migrations_of_apps(folder: Path) -> list[Migration]:
    found: dict[Key, _File] = {}
    for file, match in files_named("Django", folder, FILE_NAME, EXAMPLE, deep=True):
        if file.parent.name == "migrations":
            key = (_label(file.parent.parent), match["name"])
            if key in found:
                raise BadInput(f"{file} and {found[key].file} are both the migration {_name(key)}.")
            found[key] = _read(file)
    if not found:
        raise BadInput(
            f"{folder} has no migration of Django, which are files such as {EXAMPLE}: name the folder that has them."
        )
    needs = _needs(dict(sorted(found.items())))
    keys = {_name(key): key for key in found}
    return [_migration(folder, keys[name], found[keys[name]], needs[name]) for name in in_order(needs, "Django")]


def _label(app: Path) -> str:
    """The name of the app's folder, unless its apps.py gives another."""
    if (app / "apps.py").is_file():
        for statement in source(app / "apps.py").body:
            given = assignments(statement.body) if isinstance(statement, ast.ClassDef) else {}
            if "label" in given:
                return str(literal(given["label"], "label", app / "apps.py"))
    return app.resolve().name


def _read(file: Path) -> _File:
    for statement in source(file).body:
        if isinstance(statement, ast.ClassDef) and statement.name == "Migration":
            given = assignments(statement.body)
            lists = [
                _pairs(given[name], name, file) if name in given else []
                for name in ("dependencies", "run_before", "replaces")
            ]
            return _File(file, *lists)
    raise BadInput(
        f"{file} lies among migrations of Django and has no class Migration: Django will not start with it either."
    )


def _pairs(expression: ast.expr, name: str, file: Path) -> list[Key]:
    """The pairs that are written out. One that settings decide, such as the model of users, is Django's to find."""
    if isinstance(expression, ast.BinOp) and isinstance(expression.op, ast.Add):
        return _pairs(expression.left, name, file) + _pairs(expression.right, name, file)
    if not isinstance(expression, (ast.List, ast.Tuple)):
        raise BadInput(f"{name} in line {expression.lineno} of {file} is not written out as a list.")
    written = []
    for pair in (literal(element, name, file) for element in expression.elts if not isinstance(element, ast.Call)):
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise BadInput(f"{name} of {file} has {pair!r}, which is not the name of an app and that of a migration.")
        written.append((str(pair[0]), str(pair[1])))
    return written


def _needs(found: Mapping[Key, _File]) -> dict[str, list[str]]:
    needs = {key: [one for pair in file.dependencies for one in _meant(pair, found)] for key, file in found.items()}
    for key, file in found.items():
        for later in file.run_before:
            needs.get(later, []).append(key)
    return {_name(key): [_name(need) for need in needed] for key, needed in needs.items()}


def _meant(pair: Key, found: Mapping[Key, _File]) -> list[Key]:
    """The pair itself, or the ends of an app that Django's own two words stand for."""
    app, word = pair
    if word not in ("__first__", "__latest__"):
        return [pair]
    inner = {
        key: [need for need in file.dependencies if need[0] == app] for key, file in found.items() if key[0] == app
    }
    if word == "__first__":
        return [key for key, needed in inner.items() if not needed]
    needed_by_others = {need for needed in inner.values() for need in needed}
    return [key for key in inner if key not in needed_by_others]


def _name(key: Key) -> str:
    return ".".join(key)


def _migration(folder: Path, key: Key, file: _File, needs: Sequence[str]) -> Migration:
    return Migration(
        _name(key),
        key[1],
        needs=needs,
        replaces=[_name(replaced) for replaced in file.replaces],
        file=place_in(folder, file.file),
        text=text_of(file.file),
    )
