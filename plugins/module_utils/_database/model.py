# SPDX-License-Identifier: GPL-3.0-or-later
"""What every adapter of a database gives: rows as dictionaries, and one kind of failure. Private to hybrid.rollout."""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError

Row = dict[str, Any]
BUSY_SECONDS = 30.0


class DatabaseFailed(RolloutError):
    """A database could not be opened, read or written; ``reply`` is what it said in its own words."""

    code = "database_failed"

    def __init__(self, address: str, error: Exception, said: str = "cannot be used") -> None:
        words = " ".join(str(error).split()) or type(error).__name__
        super().__init__(f"{address} {said}: {words}", endpoint=address, reply=words)


class Locked(DatabaseFailed):
    """Somebody holds a lock on what was asked for, and did not give it in time."""

    code = "locked"
