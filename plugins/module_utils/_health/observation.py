# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom a gate asks, and what came back. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Optional


@dataclass(frozen=True)
class Target:
    """One thing to ask: a ``url``, or ``host`` and ``port`` where only the connection counts, or what ``probe`` says with
    the ``settings`` that this probe has read from its options."""

    name: str
    url: Optional[str] = None
    host: str = ""
    port: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    probe: str = ""
    settings: Any = None

    @property
    def kind(self) -> str:
        return self.probe or ("http" if self.url else "tcp")

    @property
    def asked(self) -> str:
        if self.settings is not None:
            return str(self.settings.asked)
        return f"GET {self.url}" if self.url else f"tcp {self.host}:{self.port}"


@dataclass(frozen=True)
class Observation:
    """One answer, or the ``error`` there was instead of one, in the system's own words.

    ``could_not_ask`` tells an error that says nothing about the application: a name, a route or a certificate. A probe that
    judges by itself sets ``judged``, and ``reason`` where the answer is not good enough; ``value`` is what it looked at,
    ``no_data`` tells an answer without anything to look at, ``final`` one that no later answer can mend.
    """

    status: Optional[int] = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    error: Optional[str] = None
    could_not_ask: bool = False
    judged: bool = False
    reason: Optional[str] = None
    value: Any = None
    no_data: bool = False
    final: bool = False


def unasked(words: str) -> Observation:
    """The provider of an answer, not the application, is in trouble."""
    return Observation(error=words, reason=words, judged=True, could_not_ask=True)


def without_data(words: str) -> Observation:
    """There was an answer, and nothing in it to judge by."""
    return Observation(reason=words, judged=True, no_data=True)
