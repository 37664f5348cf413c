# SPDX-License-Identifier: GPL-3.0-or-later
"""What a Python file assigns, read and never run: a release's code has no say on the machine that looks at it. Private to hybrid.rollout."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput


def source(file: Path) -> ast.Module:
    try:
        return ast.parse(file.read_bytes(), filename=str(file))
    except (OSError, SyntaxError, ValueError) as error:
        raise BadInput(f"{file} cannot be read as Python: {error}.") from error


def assignments(body: Iterable[ast.stmt]) -> dict[str, ast.expr]:
    """Names with what stands behind their =, the last one of each."""
    found: dict[str, ast.expr] = {}
    for statement in body:
        targets: list[ast.expr] = []
        if isinstance(statement, ast.Assign):
            targets = statement.targets
        elif isinstance(statement, ast.AnnAssign):
            targets = [statement.target]
        if isinstance(statement, (ast.Assign, ast.AnnAssign)) and statement.value is not None:
            found.update({target.id: statement.value for target in targets if isinstance(target, ast.Name)})
    return found


def literal(expression: ast.expr, name: str, file: Path) -> object:
    try:
        return ast.literal_eval(expression)
    except (ValueError, TypeError) as error:
        raise BadInput(
            f"{name} in line {expression.lineno} of {file} is not written out, and the file is not run to find what it would be."
        ) from error


def names(value: object) -> tuple[str, ...]:
    """None, one name or several, as Alembic and yoyo let them be written."""
    if isinstance(value, (list, tuple, set)):
        named = tuple(str(name) for name in value)
        return tuple(sorted(named)) if isinstance(value, set) else named
    return () if value is None else (str(value),)
