# SPDX-License-Identifier: GPL-3.0-or-later
"""Stories of a claim that waits for others to finish."""

from __future__ import annotations

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import Refused
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger import claims
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.waiting import claim_within
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._ledger._quotes import Wall, kinds, start


def test_it_starts_as_soon_as_there_is_room(ledger: Ledger, wall: Wall) -> None:
    run = start(ledger, "app1 app2", window=1)
    claims.claim(ledger, run, "app1")

    def sleep(seconds: float) -> None:
        wall.seconds += seconds
        if wall.seconds == 1003:
            claims.finish(ledger, run, "app1", "done", None)

    assert claim_within(ledger, run, "app2", 60, Clock(wall, sleep)) == 1
    assert wall.seconds == 1003
    assert kinds(ledger, run).count("claim_refused") == 1


def test_it_gives_the_last_refusal_when_its_time_is_over(ledger: Ledger, wall: Wall) -> None:
    run = start(ledger, "app1 app2", window=1)
    claims.claim(ledger, run, "app1")

    def sleep(seconds: float) -> None:
        wall.seconds += seconds

    with pytest.raises(claims.MustWait, match=r"1 of at most 1 .*app1.* It was waited for 5 s."):
        claim_within(ledger, run, "app2", 5, Clock(wall, sleep))


def test_what_will_never_be_given_is_not_waited_for(ledger: Ledger, wall: Wall) -> None:
    run = start(ledger, "app1")

    def sleep(_seconds: float) -> None:
        raise AssertionError("it waits")

    with pytest.raises(Refused, match="not in the plan"):
        claim_within(ledger, run, "app9", 60, Clock(wall, sleep))
