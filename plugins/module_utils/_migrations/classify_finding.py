# SPDX-License-Identifier: GPL-3.0-or-later
"""What one statement of a migration is to the release that still runs. Private to hybrid.rollout."""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import CONTRACT, EXPAND

UNKNOWN = "unknown"  # no rule knows it as harmless
OPAQUE = "opaque"  # what it does is not in its text
WORST_FIRST = (CONTRACT, OPAQUE, UNKNOWN, EXPAND)


@dataclass(frozen=True)
class Kind:
    """``rewrites``: the table is written anew. ``blocks_writes``: others cannot write for as long as it takes."""

    kind: str
    reason: str
    rewrites: bool = False
    blocks_writes: bool = False


@dataclass(frozen=True)
class Finding:
    kind: Kind
    line: int
    statement: str  # its first words, without what its texts hold


def worst(kinds: list[Kind]) -> Kind:
    return min(kinds, key=lambda kind: WORST_FIRST.index(kind.kind))
