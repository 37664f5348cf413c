# SPDX-License-Identifier: GPL-3.0-or-later
"""One call of a module as a host received it, and the way it fails."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Optional


@dataclass(frozen=True)
class Call:
    module: str
    arguments: dict[str, Any]
    given: frozenset[str]
    """Names of the options that the caller set."""
    check: bool = False
    diff: bool = False
    become_user: Optional[str] = None
    environment: dict[str, str] = field(default_factory=dict)

    def get(self, option: str, default: Any = None) -> Any:
        value = self.arguments.get(option)
        return default if value is None else value


class ModuleFailed(Exception):
    def __init__(self, message: str, result: Optional[dict[str, Any]] = None) -> None:
        super().__init__(message)
        self.message = message
        self.result: dict[str, Any] = {"changed": False} if result is None else result
