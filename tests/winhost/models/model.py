# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in for a module: the options it knows, the scripts it was held against, how it is carried out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..host.host import Host
from .call import Call

CarryOut = Callable[[Host, Call], dict[str, Any]]


@dataclass(frozen=True)
class Model:
    module: str
    honours: frozenset[str]
    script_sha256: dict[str, str]
    """The sha256 of each script that the model was held against, and the versions of its collection that have it."""
    carry_out: CarryOut
    ignores: dict[str, str] = field(default_factory=dict)
    """Options that make no difference here, each with the reason."""
    differences: tuple[str, ...] = ()
    """What the module does on Windows and the model does not, or does in another way."""
