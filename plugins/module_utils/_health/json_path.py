# SPDX-License-Identifier: GPL-3.0-or-later
"""Find a value in a JSON body. Private to hybrid.rollout.

A plain path (``checks[0].state`` or ``checks.0.state``) means the same everywhere and needs nothing. Anything else is
JMESPath and needs that library where the gate runs.
"""

from __future__ import annotations

import importlib
import re
from importlib.util import find_spec
from typing import Callable

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput

Finder = Callable[[object], object]

_PLAIN = re.compile(r"[\w-]+(\.[\w-]+|\[\d+\])*")


def engine() -> str:
    """``jmespath`` where the library can be imported, else ``dotted``."""
    return "jmespath" if find_spec("jmespath") else "dotted"


def finder(path: str) -> Finder:
    """What finds ``path`` in a decoded body, or None where there is nothing."""
    if _PLAIN.fullmatch(path):
        steps = re.findall(r"[\w-]+", path)
        return lambda body: _walk(body, steps)
    if engine() == "dotted":
        raise BadInput(
            f"The path {path!r} is not a plain dotted path, and the jmespath library is not installed where the gate "
            "runs. Install it there, or write a plain path such as checks[0].state."
        )
    jmespath = importlib.import_module("jmespath")
    try:
        expression = jmespath.compile(path)
    except ValueError as error:
        raise BadInput(f"The path {path!r} is not valid JMESPath: {error}. See https://jmespath.org.") from error

    def search(body: object) -> object:
        try:
            return expression.search(body)
        except ValueError:  # a function of the expression met a type it does not take: there is no such value
            return None

    return search


def _walk(body: object, steps: list[str]) -> object:
    for step in steps:
        if isinstance(body, dict):
            body = body.get(step)
        elif isinstance(body, list) and step.isdigit() and int(step) < len(body):
            body = body[int(step)]
        else:
            return None
    return body
