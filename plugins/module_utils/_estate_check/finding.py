# SPDX-License-Identifier: GPL-3.0-or-later
"""What the estate check reports, and how much each of it matters. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.codes import CODES

SEVERITIES = ("danger", "warning", "hint")


class Spot(NamedTuple):
    """A place where a rule found something, and what it found there, in a few words."""

    where: str
    what: str


class Finding(NamedTuple):
    code: str
    severity: str
    where: str
    what: str
    why: str
    cure: str

    def __str__(self) -> str:
        return f"{self.severity} {self.code}, {self.where}: {self.what}. {self.why} {self.cure}"

    def facts(self) -> dict[str, Any]:
        return self._asdict()


def findings_of(code: str, spots: Iterable[Spot]) -> Iterator[Finding]:
    """One finding a place: what a hundred servers inherit from one line is said once."""
    known: dict[str, Spot] = {}
    for spot in spots:
        known.setdefault(spot.where, spot)
    rule = CODES[code]
    for spot in known.values():
        yield Finding(code, rule.severity, spot.where, spot.what, rule.why, rule.cure)


def by_severity(findings: Iterable[Finding]) -> list[Finding]:
    """The worst first, otherwise in the order in which they were found."""
    return sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))
