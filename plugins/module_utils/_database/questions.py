# SPDX-License-Identifier: GPL-3.0-or-later
"""A last bar for engines whose sessions cannot be made read-only: nothing but a question is sent. Private to hybrid.rollout."""

from __future__ import annotations

import re

QUESTION = re.compile(r"\s*(SELECT|WITH)\b", re.IGNORECASE)


class NotAQuestion(Exception):
    """A mistake of this collection, and never of its user."""


def only_a_question(statement: str) -> None:
    """One SELECT. The values of a statement are never in it, so a semicolon can only begin a second one."""
    if not QUESTION.match(statement) or ";" in statement:
        raise NotAQuestion(f"not sent, because it is not one SELECT: {statement}")
