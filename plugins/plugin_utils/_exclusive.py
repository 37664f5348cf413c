# SPDX-License-Identifier: GPL-3.0-or-later
"""One at a time among all forks and plays that share a ledger. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import alone


@contextmanager
def exclusive(record: Optional[Mapping[str, Any]]) -> Iterator[None]:
    """Hold the lock of the ledger of a task's ``record`` option; without one there is nobody to agree with."""
    if not record:
        yield
        return
    with alone(record["ledger"]):
        yield
