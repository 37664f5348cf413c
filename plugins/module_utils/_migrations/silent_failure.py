# SPDX-License-Identifier: GPL-3.0-or-later
"""What a tool that writes no row for a failure leaves unsaid. Private to hybrid.rollout."""

from __future__ import annotations

KEEP_HALF = {"mysql": "MariaDB and MySQL keep", "oracle": "Oracle keeps"}


def silent_failure(title: str, kind: str) -> str:
    """Why a migration that failed half-way does not show, in words for an operator."""
    said = f"{title} writes nothing down when a migration fails"
    if kind in KEEP_HALF:
        return f"{said}, and {KEEP_HALF[kind]} what it had done by then: it looks pending while half of it is there."
    return f"{said}: it looks pending, and what it did outside a transaction stays."
