# SPDX-License-Identifier: GPL-3.0-or-later
"""What is true of a service's members before a plan is made. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Optional


@dataclass(frozen=True)
class Member:
    """A member as it was found. ``version`` is what it says of itself (None: it did not answer), ``serving`` tells per endpoint
    whether the online pool sends it customers, ``placement`` is what all endpoints agree on (``mixed`` where they do not).

    ``further`` tells the same as ``serving`` for each further pool that it serves customers in. ``seconds`` is how long it is expected
    to be out (None: nobody knows), ``silent`` why nobody answered at its address, if so.
    """

    name: str
    server: str
    zone: Optional[str]
    version: Optional[str]
    placement: str
    serving: Mapping[str, bool]
    further: Mapping[str, Mapping[str, bool]] = field(default_factory=dict)
    seconds: Optional[int] = None
    silent: Optional[str] = None

    @property
    def serves_everywhere(self) -> bool:
        return bool(self.serving) and all(all(where.values()) for where in (self.serving, *self.further.values()))

    @property
    def serves_somewhere(self) -> bool:
        return any(any(where.values()) for where in (self.serving, *self.further.values()))

    def belongs_to(self, pool: OnlinePool) -> bool:
        return not pool.further or pool.name in self.further

    def serves(self, pool: OnlinePool) -> bool:
        where = self.further.get(pool.name, {}) if pool.further else self.serving
        return where.get(pool.endpoint, False)


@dataclass(frozen=True)
class OnlinePool:
    """An online pool on one endpoint: how many servers it lists, and how many of them really serve. ``further``: it is not the service's
    own, and only some members may belong to it."""

    endpoint: str
    name: str
    size: int
    serving: int
    further: bool = False


@dataclass(frozen=True)
class LeftOut:
    """A member that the plan does not touch: ``reason`` says why, where it is not for a ``--limit``."""

    name: str
    zone: Optional[str]
    reason: str = ""
