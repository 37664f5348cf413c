# SPDX-License-Identifier: GPL-3.0-or-later
"""What is true of a service's members before a plan is made. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Optional


@dataclass(frozen=True)
class Member:
    """A member as it was found. ``version`` is what it says of itself (None: it did not answer), ``serving`` tells per endpoint
    whether the online pool sends it customers, ``placement`` is what all endpoints agree on (``mixed`` where they do not)."""

    name: str
    server: str
    zone: Optional[str]
    version: Optional[str]
    placement: str
    serving: Mapping[str, bool]

    @property
    def serves_everywhere(self) -> bool:
        return bool(self.serving) and all(self.serving.values())

    @property
    def serves_somewhere(self) -> bool:
        return any(self.serving.values())


@dataclass(frozen=True)
class OnlinePool:
    """The online pool on one endpoint: how many servers it lists, and how many of them really serve."""

    endpoint: str
    name: str
    size: int
    serving: int
