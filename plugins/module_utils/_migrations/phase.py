# SPDX-License-Identifier: GPL-3.0-or-later
"""What its author declared, held against what its SQL does. Private to hybrid.rollout.

The author's word decides. The SQL can veto an expand or ask for a person; it makes nothing safe that nobody declared. Where there is no SQL
that can be read (another language, a manifest, a server without rules), the word stands alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.classify import KNOWN, classify
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.classify_finding import (
    OPAQUE,
    UNKNOWN,
    Finding,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import CONTRACT, EXPAND, Migration
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.phase_declared import declared
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.phase_up_part import up_part

AGREED, VETOED, ASKS = "agreed", "vetoed", "asks"
HOW_TO_MEND = "Declare it as a contract, or take the statement out."
HOW_TO_ANSWER = "Once a person has judged it, write phase=expand reviewed=NAME in its header, or phase=contract."


@dataclass(frozen=True)
class Assessed:
    """``phase`` is what was declared. Only with ``agreed`` may anybody act on it."""

    verdict: str
    phase: Optional[str]
    reason: str
    findings: Sequence[Finding] = ()
    word_alone: bool = False  # nobody has looked at what it does


def assess(migration: Migration, tool: str, engine: str, edition: str = "") -> Assessed:
    """BadInput where the author's own words contradict each other."""
    said = declared(migration)
    looked_at = engine in KNOWN and is_sql(migration)
    findings = classify(up_part(migration.text or "", tool), engine, edition) if looked_at else []
    if said.phase is None:
        return Assessed(ASKS, None, f"{migration.name} has no phase. {HOW_TO_ANSWER}", findings)
    if said.phase == CONTRACT:
        return Assessed(AGREED, CONTRACT, f"{migration.name} is a contract by its {said.where}.", findings)
    against = [finding for finding in findings if finding.kind.kind == CONTRACT]
    if against:
        return Assessed(
            VETOED,
            EXPAND,
            f"{migration.name} is an expand by its {said.where}, and {_told(against[0])}. {HOW_TO_MEND}",
            findings,
        )
    open_questions = [finding for finding in findings if finding.kind.kind in (OPAQUE, UNKNOWN)]
    if open_questions and not said.reviewed_by:
        return Assessed(
            ASKS,
            EXPAND,
            f"{migration.name} is an expand by its {said.where}, and {_told(open_questions[0])}. {HOW_TO_ANSWER}",
            findings,
        )
    reviewed = f", reviewed by {said.reviewed_by}" if said.reviewed_by else ""
    return Assessed(
        AGREED,
        EXPAND,
        f"{migration.name} is an expand by its {said.where}{reviewed}.",
        findings,
        word_alone=not (looked_at or said.reviewed_by),
    )


def is_sql(migration: Migration) -> bool:
    return migration.text is not None and (migration.file or "").lower().endswith(".sql")


def _told(finding: Finding) -> str:
    statement = f" ({finding.statement})" if finding.statement else ""
    return f"line {finding.line}{statement}: {finding.kind.reason}"
