# SPDX-License-Identifier: GPL-3.0-or-later
"""A share of a whole, as users write it: a count (2) or a percentage (25%). Private to hybrid.rollout."""

from __future__ import annotations

import re

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput


def count_of(share: str, whole: int, *, what: str, round_up: bool) -> int:
    """The number that ``share`` means of ``whole``; ``what`` names the option in the error for anything that is neither."""
    match = re.fullmatch(r"\s*(\d+)\s*(%?)\s*", str(share))
    if not match:
        raise BadInput(f"{what} is {share!r}: write a count such as 2 or a percentage such as 25%.")
    number = int(match[1])
    if not match[2]:
        return number
    if number > 100:
        raise BadInput(f"{what} is {share!r}: a percentage is between 0% and 100%.")
    return -(-whole * number // 100) if round_up else whole * number // 100
