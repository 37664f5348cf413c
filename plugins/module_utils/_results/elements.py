# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers and words as files of test results write them. Private to hybrid.rollout."""

from __future__ import annotations

import math
from typing import Optional
from xml.etree.ElementTree import Element

from ansible_collections.hybrid.rollout.plugins.module_utils._results.model import Unreadable


def number(element: Element, *attributes: str) -> int:
    """The sum of these attributes; one that is not there is 0."""
    total = 0
    for attribute in attributes:
        given = element.get(attribute) or "0"
        try:
            total += int(given)
        except ValueError:
            raise Unreadable(f"<{element.tag}> has the {attribute} {given!r}, which is no number") from None
    return total


def seconds(given: Optional[str]) -> float:
    """A duration such as 0.016, 1,234.5 or 00:01:02.5; what is no duration is 0, because nothing is judged by it."""
    total = 0.0
    try:
        for part in (given or "0").replace(",", "").split(":"):
            total = total * 60 + float(part)
    except ValueError:
        return 0.0
    return round(total, 3) if math.isfinite(total) else 0.0


def words(element: Element, *paths: str) -> str:
    """The first text that stands at one of these paths, without the space around it."""
    for path in paths:
        found = (element.findtext(path) or "").strip()
        if found:
            return found
    return ""


def meaning(outcomes: dict[str, str], word: str, name: str) -> str:
    """What ``word`` means for a test; a word that the format does not have makes the file unreadable."""
    try:
        return outcomes[word]
    except KeyError:
        raise Unreadable(f"test {name} has the result {word!r}, which this format does not have") from None
