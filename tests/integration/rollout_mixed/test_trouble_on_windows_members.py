# SPDX-License-Identifier: GPL-3.0-or-later
"""Every fault of the host model during a rollout: what the operator reads, what the ledger keeps, where HAProxy has the member.

Needs root and the lab. The members are modelled: what a fault looks like on real Windows is in docs/windows_tested.md.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.integration.rollout import fleet
from ansible_collections.hybrid.rollout.tests.lab.windows.switches import turn
from ansible_collections.hybrid.rollout.tests.winhost.faults import INSIDE, ON_THE_WIRE

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("whole_at_1_0")]

SWITCHES = fleet.STATE / "run/windows/switches"
FLOOR = 4  # half of seven


@dataclass(frozen=True)
class Trouble:
    """``words`` are what the operator reads of it; None where nothing is to be read."""

    fault: str
    outcome: str
    online: bool
    words: str | None = None
    from_the_start: bool = False


BATCHES: dict[str, dict[str, Trouble]] = {
    "gone, not starting, full": {
        "win1": Trouble("down", "unreachable", False, "win1 cannot be reached"),
        "win2": Trouble("start_1053", "out", False, "1053"),
        "win3": Trouble("disk_full", "rolled_back", True, "not enough space", from_the_start=True),
    },
    "locked out, disabled, held open": {
        "win1": Trouble("wrong_password", "unreachable", False, "win1 cannot be reached"),
        "win2": Trouble("disabled_1058", "out", False, "1058"),
        "win3": Trouble("file_in_use", "done", True),
    },
    "silent, slow to stop, broken off": {
        "win1": Trouble("unreachable", "unreachable", False, "win1 cannot be reached"),
        "win2": Trouble("slow_stop", "done", True),
        "win3": Trouble("dropped_connection", "unreachable", False, "win3 cannot be reached"),
    },
    "slow to answer": {"win1": Trouble("operation_timeout", "done", True, from_the_start=True)},
}


def test_no_fault_is_left_out() -> None:
    assert {trouble.fault for batch in BATCHES.values() for trouble in batch.values()} == {*ON_THE_WIRE, *INSIDE}


@contextmanager
def switched_on(batch: Mapping[str, Trouble], from_the_start: bool) -> Iterator[None]:
    for member, trouble in batch.items():
        if trouble.from_the_start == from_the_start:
            turn(SWITCHES, member, [trouble.fault])
    try:
        yield
    finally:
        for member in batch:
            turn(SWITCHES, member, [])


@pytest.mark.parametrize("batch", BATCHES.values(), ids=BATCHES)
def test_a_batch_in_which_each_member_has_a_trouble_of_its_own(batch: dict[str, Trouble], tmp_path: Path) -> None:
    members = ",".join(batch)
    expected = {member: trouble.outcome for member, trouble in batch.items()}
    everything_well = set(expected.values()) == {"done"}
    with fleet.Traffic(tmp_path) as traffic, fleet.PoolWatch() as watch:
        with switched_on(batch, True), fleet.Later("still_out", lambda: switched_on(batch, False)):
            played = roll(members)
            places = fleet.placements()
        assert played.outcomes() == expected, played.output
        assert played.run is not None
        assert played.run["state"] == ("done" if everything_well else "stopped")
        assert (played.exit_code == 0) is everything_well
        assert all(played.recap(member)["unreachable"] == 0 for member in batch)
        reasons = {claim["member"]: claim["reason"] or "" for claim in played.run["claims"]}
        for member, trouble in batch.items():
            assert {place == "online" for place in places[member].values()} == {trouble.online}, places
            if trouble.words:
                assert trouble.words in reasons[member]
                assert trouble.words in played.last_lines()
        again = roll(members)
        assert again.exit_code == 0, again.output
    assert {fleet.version_of(member) for member in batch} == {"2.0"}
    assert {place for member in batch for place in fleet.placements()[member].values()} == {"online"}
    assert watch.fewest >= FLOOR
    assert traffic.account()["failed"] == 0


def roll(members: str) -> fleet.Played:
    quick = {**fleet.QUICK, "rollout_batch": "3", "rollout_min_active": "50%", "rollout_health_timeout_seconds": 8}
    return fleet.deploy("2.0", limit=members, rollout_keep_releases=0, **quick)


def test_members_that_run_are_not_left_with_another_database_than_asked_for() -> None:
    up = [str(fleet.TOP / "tests/lab/windows/members"), "up"]
    for database, code in (("", 0), ("postgresql://quotes:secret@10.77.0.1/quotes", 1)):
        environment = {**os.environ, "QUOTES_DATABASE": database}
        done = subprocess.run(up, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stderr
    assert "know another database. Try: tests/lab/windows/members down" in done.stderr
    assert "secret" not in done.stderr
