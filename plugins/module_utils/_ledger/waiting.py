# SPDX-License-Identifier: GPL-3.0-or-later
"""A claim that waits for those at work to finish. Private to hybrid.rollout."""

from __future__ import annotations

from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock, Deadline
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.claims import MustWait, claim
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger

POLL_SECONDS = 0.25


def claim_within(
    ledger: Ledger, run: str, member: str, seconds: float, clock: Clock, *, token: Optional[int] = None
) -> int:
    """Claim as soon as it may be. ``seconds`` begin anew whenever others are in the way than before: a queue that moves is waited for, however long
    it is. What will never be given is refused at once."""
    deadline, last = Deadline(seconds, clock), None
    while True:
        try:
            return claim(ledger, run, member, token, first=last is None)
        except MustWait as refusal:
            if last is not None and refusal.holders != last.holders:
                deadline = Deadline(seconds, clock)
            last = refusal
            if deadline.expired:
                if not seconds:
                    raise
                raise type(last)(f"{last} Nothing moved for {deadline.elapsed:.0f} s.") from last
        clock.sleep(min(POLL_SECONDS, deadline.remaining))
