# SPDX-License-Identifier: GPL-3.0-or-later
"""What keeps the migration gate shut, and what a user may accept by name. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ansible_collections.hybrid.rollout.plugins.module_utils._health.verdict import PASSED, overall

# What of the bookkeeping a user may accept. That a migration failed or is under way is never among it.
EDITED, MISSING, AHEAD, OUT_OF_ORDER = "edited", "missing", "ahead", "out_of_order"
UNDECLARED, AMBIGUOUS_TOOL, NO_STORE, INVALID_INDEXES = "undeclared", "ambiguous_tool", "no_store", "invalid_indexes"
ACCEPTABLE = (AHEAD, AMBIGUOUS_TOOL, EDITED, INVALID_INDEXES, MISSING, NO_STORE, OUT_OF_ORDER, UNDECLARED)


@dataclass(frozen=True)
class Reason:
    """One thing that keeps the gate shut, with the database or the member that it is about in its words."""

    verdict: str
    words: str


@dataclass(frozen=True)
class Policy:
    """``accept`` are words of ACCEPTABLE, ``may_skip`` tools that this team runs in another way than usual."""

    accept: frozenset[str] = frozenset()
    may_skip: frozenset[str] = frozenset()


def verdict_of(reasons: Iterable[Reason]) -> str:
    """The worst of them; passed where there is none."""
    verdicts = [PASSED, *(reason.verdict for reason in reasons)]
    return overall(verdicts, needed=len(verdicts))


def together(names: Sequence[str], one: str, many: str) -> str:
    """``V2 is``, ``V2 and V3 are``, ``V2, V3 and 4 more are``."""
    shown = list(names) if len(names) <= 6 else [*names[:5], f"{len(names) - 5} more"]
    listed = shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
    return f"{listed} {one if len(names) == 1 else many}"
