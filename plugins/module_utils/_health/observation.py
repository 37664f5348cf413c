# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom a gate asks, and what came back. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Optional


@dataclass(frozen=True)
class Target:
    """One thing to ask: a ``url``, or ``host`` and ``port`` where only the connection counts."""

    name: str
    url: Optional[str] = None
    host: str = ""
    port: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def asked(self) -> str:
        return f"GET {self.url}" if self.url else f"tcp {self.host}:{self.port}"


@dataclass(frozen=True)
class Observation:
    """One answer, or the ``error`` there was instead of one, in the system's own words.

    ``could_not_ask`` tells an error that says nothing about the application: a name, a route or a certificate.
    """

    status: Optional[int] = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    error: Optional[str] = None
    could_not_ask: bool = False
