# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps that go on although the controller of their run is gone. Private to hybrid.rollout.

Ansible's workers outlive their controller: each carries its step to an end, and nobody takes up the next one.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock, Deadline
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import Refused
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.owner import Owner
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger

WAIT_SECONDS = 600.0
POLL_SECONDS = 0.25
BY = "by"  # in the detail of step_began: the process that carries the step out


class StillUnderWay(Refused):
    code = "under_way"


def steps_under_way(ledger: Ledger, run: str) -> list[str]:
    """Each step of the run that began and did not end, and whose process is still there, in words."""
    open_steps: dict[tuple[Optional[str], str], Owner] = {}
    for row in ledger.rows(
        "SELECT kind, member, step, detail FROM events WHERE run = ? AND kind IN ('step_began', 'step_ended') ORDER BY seq",
        (run,),
    ):
        detail = json.loads(row["detail"])
        if row["kind"] == "step_ended":
            open_steps.pop((row["member"], row["step"]), None)
        elif BY in detail:
            open_steps[row["member"], row["step"]] = Owner.from_dict(detail[BY])
    return [
        f"{step}{f' of {member}' if member else ''} (process {owner.pid})"
        for (member, step), owner in open_steps.items()
        if owner.is_alive()
    ]


def wait_for_the_end(look: Callable[[], object], clock: Clock) -> None:
    """Wait until ``look`` does not raise StillUnderWay any more; whatever else it raises is for the caller."""
    deadline = Deadline(WAIT_SECONDS, clock)
    for _elapsed in deadline.polls(POLL_SECONDS):
        try:
            look()
            return
        except StillUnderWay:
            if deadline.expired:
                raise
