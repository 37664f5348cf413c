# SPDX-License-Identifier: GPL-3.0-or-later
"""Expressions at a place in a script, with the script's variables as they are there."""

from __future__ import annotations

import re
from typing import Any, Optional

from .literal import Literal, Opaque, Unparsable


def assigned(script: str, name: str, before: Optional[int] = None, within: frozenset[str] = frozenset()) -> Any:
    """What a script's $name holds: its last assignment at the start of a line, before a place."""
    found = list(re.finditer(rf"^\${re.escape(name)}\s*=\s*", script[:before], re.MULTILINE | re.IGNORECASE))
    if not found or name in within:
        return Opaque(f"${name}")
    at = found[-1]
    inner = Literal(script, at.end(), lambda other: assigned(script, other, at.start(), within | {name}))
    try:
        value = inner.expression()
    except Unparsable as error:
        return Opaque(f"${name}, {error}")
    return value if inner.ahead().kind in ("end", "") else Opaque(f"${name}")


def literal(script: str, at: int = 0) -> Any:
    """The expression that begins at a place in a script."""
    return Literal(script, at, lambda name: assigned(script, name, at)).expression()
