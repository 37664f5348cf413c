# SPDX-License-Identifier: GPL-3.0-or-later
"""A controller is killed, and its worker carries a step to its end."""

from __future__ import annotations

import os

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.claims import claim
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.owner import Owner
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.runs import NewRun, PlannedMember, gone, open_run
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.steps import write_step
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.under_way import (
    BY,
    StillUnderWay,
    steps_under_way,
    wait_for_the_end,
)

HERE = Owner.of_process(os.getpid())
GONE = Owner(HERE.host, HERE.pid, "0", HERE.user, HERE.place)
NEW = NewRun("quotes", "1.1", "d" * 64, "http://store/q", [PlannedMember("app1", 1, "1.0")], {}, "hash", 0)


def left_behind(ledger: Ledger, worker: Owner) -> str:
    """A run whose controller is gone in the middle of a step of ``worker``."""
    run = open_run(ledger, NEW, GONE).id
    claim(ledger, run, "app1")
    write_step(ledger, run, "step_began", member="app1", step="join_pool", detail={BY: worker.as_dict()})
    return run


def test_the_next_run_waits_for_a_worker_that_is_still_there(ledger: Ledger) -> None:
    run = left_behind(ledger, HERE)
    assert steps_under_way(ledger, run) == [f"join_pool of app1 (process {HERE.pid})"]
    with pytest.raises(StillUnderWay, match="last steps are still under way: join_pool of app1"):
        gone(ledger, "quotes", HERE, None)

    def sleep(_seconds: float) -> None:
        write_step(ledger, run, "step_ended", member="app1", step="join_pool", detail={"failed": False})

    wait_for_the_end(lambda: gone(ledger, "quotes", HERE, None), Clock(lambda: 0.0, sleep))
    assert [found[0] for found in gone(ledger, "quotes", HERE, None)] == [run]


def test_a_worker_that_died_too_is_not_waited_for(ledger: Ledger) -> None:
    run = left_behind(ledger, GONE)
    assert [found[0] for found in gone(ledger, "quotes", HERE, None)] == [run]


def test_a_worker_that_never_ends_is_told_after_the_deadline(ledger: Ledger) -> None:
    left_behind(ledger, HERE)
    waited = [0.0]
    with pytest.raises(StillUnderWay, match="Start again when they have ended"):
        wait_for_the_end(lambda: gone(ledger, "quotes", HERE, None), Clock(lambda: sum(waited), waited.append))
    assert sum(waited) == 600
