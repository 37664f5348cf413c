# SPDX-License-Identifier: GPL-3.0-or-later
"""One at a time among all forks and plays that share a ledger. Private to hybrid.rollout."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Optional


@contextmanager
def exclusive(record: Optional[Mapping[str, Any]]) -> Iterator[None]:
    """Hold the lock beside the ledger of a task's ``record`` option; without one there is nobody to agree with."""
    if not record:
        yield
        return
    with open(f"{record['ledger']}.lock", "a", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
