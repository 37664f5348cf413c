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
    deadline, first = Deadline(seconds, clock), True
    while True:
        last = deadline.expired
        try:
            return claim(ledger, run, member, token, first=first)
        except MustWait as refusal:
            if last and first:
                raise
            if last:
                raise type(refusal)(f"{refusal} It was waited for {deadline.elapsed:.0f} s.") from refusal
        first = False
        clock.sleep(min(POLL_SECONDS, deadline.remaining))
