# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether two names may be one person. Pure. Private to hybrid.rollout."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterable
from typing import Optional


def may_be_one(one: str, other: str) -> bool:
    """The same but for case; where one of them has no domain, the part before @ decides."""
    one, other = one.strip().casefold(), other.strip().casefold()
    if "@" in one and "@" in other:
        return one == other
    return one.partition("@")[0] == other.partition("@")[0]


def first_like(name: str, others: Iterable[str]) -> Optional[str]:
    return next((other for other in others if may_be_one(name, other)), None)


def who_runs_this() -> list[str]:
    """The user of this process, and who became that user by sudo."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = f"uid {os.getuid()}"
    return [name for name in (user, os.environ.get("SUDO_USER")) if name]
