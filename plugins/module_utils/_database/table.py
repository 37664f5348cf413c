# SPDX-License-Identifier: GPL-3.0-or-later
"""A table as the catalogue of a database has it. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """Names are in the database's own case."""

    schema: str
    name: str
    columns: Sequence[str]
    named: bool = False  # by the user, as the bookkeeping of a tool that is named too: its own name need not tell

    def has(self, *columns: str) -> bool:
        return set(columns) <= {column.lower() for column in self.columns}
