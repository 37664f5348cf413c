# SPDX-License-Identifier: GPL-3.0-or-later
"""Liquibase's checksum of a changeset in SQL, as releases since 4.22 make it (9:). Private to hybrid.rollout.

Older sums (8: and before) depend on how statements are split, and those of other changes on a model that only Liquibase has.
"""

from __future__ import annotations

import hashlib

VERSION = "9:"
WHITE = str.maketrans("", "", " \t\r\n")


def checksum(sql: str) -> str:
    """Whatever is between the words does not count."""
    return _sum(_sum(sql.translate(WHITE)) + ":")


def _sum(text: str) -> str:
    return VERSION + hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
