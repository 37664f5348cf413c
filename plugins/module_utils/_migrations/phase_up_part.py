# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of a migration's file that goes up, for tools that keep the way back in the same file. Private to hybrid.rollout."""

from __future__ import annotations

import re

# Only the tool itself obeys its marks: to another one they are comments, and it runs what stands below.
MARKS = {
    "dbmate": re.compile(r"\s*--\s*migrate:(up|down)\b"),
    "goose": re.compile(r"\s*--\s*\+goose\s+(up|down)\b", re.IGNORECASE),
    "sql_migrate": re.compile(r"\s*--\s*\+migrate\s+(up|down)\b", re.IGNORECASE),
}


def up_part(text: str, tool: str) -> str:
    """With empty lines for what goes down, so that line numbers stay."""
    mark = MARKS.get(tool)
    if not mark:
        return text
    kept, down = [], False
    for line in text.split("\n"):
        found = mark.match(line)
        down = found.group(1).lower() == "down" if found else down
        kept.append("" if down else line)
    return "\n".join(kept)
