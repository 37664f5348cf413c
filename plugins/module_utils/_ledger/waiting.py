# SPDX-License-Identifier: GPL-3.0-or-later
"""A claim that waits for those at work to finish. Private to hybrid.rollout."""

from __future__ import annotations

from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock, Deadline
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.claims import MustWait, claim
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger

POLL_SECONDS = 1.0


def claim_within(
    ledger: Ledger, run: str, member: str, seconds: float, clock: Clock, *, token: Optional[int] = None
) -> int:
    """Claim as soon as it may be, and give the last refusal when ``seconds`` are over. What will never be given is refused at once."""
    deadline, last = Deadline(seconds, clock), None
    for _elapsed in deadline.polls(POLL_SECONDS):
        try:
            return claim(ledger, run, member, token, first=last is None)
        except MustWait as refusal:
            last = refusal
    assert last is not None
    if seconds:
        raise type(last)(f"{last} It was waited for {deadline.elapsed:.0f} s.") from last
    raise last
