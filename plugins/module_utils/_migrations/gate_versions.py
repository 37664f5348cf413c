# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of two releases is the older one, where that can be known. Pure. Private to hybrid.rollout."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Optional

NUMERIC = re.compile(r"[0-9]+(\.[0-9]+)*")


class ReleaseOrder:
    """``said`` is what the user says, oldest first, and decides. Else ``history`` does (versions as the ledger first met them, those that
    it met together in one group) and plain numbers, where those of the two that have an opinion agree: a fix of an old release may
    have been rolled out after a newer one."""

    def __init__(self, said: Sequence[str] = (), history: Sequence[Sequence[str]] = ()) -> None:
        self._said, self._history = _places([[version] for version in said]), _places(history)

    def at_least(self, version: str, release: str) -> Optional[bool]:
        """Whether ``version`` is ``release`` or newer. None: nobody knows."""
        if version == release:
            return True
        said = _by_place(self._said, version, release)
        if said is not None:
            return said
        opinions = {_by_place(self._history, version, release), _by_number(version, release)} - {None}
        return opinions.pop() if len(opinions) == 1 else None


def _places(groups: Sequence[Sequence[str]]) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, group in enumerate(groups):
        for version in group:
            places.setdefault(version, place)
    return places


def _by_place(places: Mapping[str, int], version: str, release: str) -> Optional[bool]:
    ours, theirs = places.get(version), places.get(release)
    return None if ours is None or theirs is None or ours == theirs else ours > theirs


def _by_number(version: str, release: str) -> Optional[bool]:
    if not (NUMERIC.fullmatch(version) and NUMERIC.fullmatch(release)):
        return None
    ours, theirs = (tuple(int(part) for part in text.split(".")) for text in (version, release))
    longest = max(len(ours), len(theirs))
    return _padded(ours, longest) >= _padded(theirs, longest)


def _padded(parts: tuple[int, ...], length: int) -> tuple[int, ...]:
    return parts + (0,) * (length - len(parts))
