# SPDX-License-Identifier: GPL-3.0-or-later
"""The way to a member, what it lacks, and the word that allows it all the same. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._connections.weakness import Weakness
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput

WORD = "rollout_unverified_connection"


@dataclass(frozen=True)
class Way:
    """``reason`` is why the user goes it although it lacks something."""

    member: str
    lacks: Sequence[Weakness]
    reason: Optional[str] = None

    def facts(self) -> dict[str, Any]:
        return {"name": self.member, "lacks": [weakness.what for weakness in self.lacks], "reason": self.reason}


def reason_in(member: str, word: object) -> Optional[str]:
    """The user's reason, which is text: whoever reads the plan or the ledger has to understand it."""
    if word is None:
        return None
    if not isinstance(word, str) or not word.strip():
        raise BadInput(
            f"{WORD} of {member} is {word!r}: write the reason, such as 'no HTTPS listener before CHG-1234'."
        )
    return word.strip()


def allowed(ways: Sequence[Way]) -> list[Way]:
    """The ways that lack something and have a reason; one without stops everything."""
    lacking = [way for way in ways if way.lacks]
    silent = [way for way in lacking if way.reason is None]
    if silent:
        found = "; ".join(f"{way.member}: {', '.join(weakness.what for weakness in way.lacks)}" for way in silent)
        raise BadInput(
            f"The way to {len(silent)} of {len(ways)} members is not verified, and nobody said why: {found}. Mend it (docs/windows.md, "
            f"'The way in'), or write the reason into {WORD} of each: the plan shows it and the ledger keeps it."
        )
    return lacking
