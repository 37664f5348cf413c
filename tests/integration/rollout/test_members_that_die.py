# SPDX-License-Identifier: GPL-3.0-or-later
"""A member dies in the middle of its way: the rollout stops within its budget, customers notice nothing, reconcile explains and mends.

Needs root and the lab.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.tests.integration.rollout import fleet

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("whole_at_1_0")]

QUICK: dict[str, Any] = {
    "rollout_bake_seconds": 0,
    "rollout_canary_bake_seconds": 0,
    "rollout_health_timeout_seconds": 8,
}
FLOOR = 2


@contextmanager
def power_off() -> Iterator[None]:
    fleet.lab("kill", "app1")
    try:
        yield
    finally:
        fleet.lab("start", "app1")


@contextmanager
def reboot_loop() -> Iterator[None]:
    over = threading.Event()

    def again_and_again() -> None:
        while not over.is_set():
            fleet.lab("kill", "app1")
            fleet.lab("start", "app1")

    thread = threading.Thread(target=again_and_again)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextmanager
def no_sshd() -> Iterator[None]:
    fleet.inside("app1", "systemctl stop ssh; pkill -9 sshd || true")
    try:
        yield
    finally:
        fleet.inside("app1", "systemctl start ssh")


@contextmanager
def no_network() -> Iterator[None]:
    with fleet.cut_off("app1"):
        yield


@dataclass(frozen=True)
class Death:
    """How a member dies, at which of its steps, during a rollout of which release."""

    dies: Callable[[], AbstractContextManager[None]]
    step: str
    version: str


DEATHS = {
    "powered_off_during_the_install": Death(power_off, "activate", "1.1"),
    "rebooting_again_and_again": Death(reboot_loop, "activate", "1.1"),
    "without_sshd_after_the_switch_to_a_broken_release": Death(no_sshd, "verify_member", "1.2"),
    "without_a_network_for_longer_than_any_deadline": Death(no_network, "activate", "1.1"),
}


@pytest.mark.parametrize("death", DEATHS.values(), ids=DEATHS)
def test_the_rollout_stops_and_reconcile_explains_and_mends(death: Death, tmp_path: Path) -> None:
    with fleet.Traffic(tmp_path) as traffic, fleet.PoolWatch() as watch:
        with fleet.Later(death.step, death.dies):
            played = fleet.deploy(death.version, **QUICK)
            assert played.exit_code != 0, played.output
            assert played.run is not None
            assert played.run["state"] == "stopped"
            assert played.outcomes()["app1"] in ("out", "unreachable")
            assert set(played.outcomes().values()) - {played.outcomes()["app1"]} == {"not_reached"}
            looked = fleet.play("hybrid.rollout.reconcile", rollout_service="quotes", **QUICK)
            assert looked.exit_code != 0, looked.output
            assert f"run {played.run['id']} to {death.version} left it" in looked.output
        fleet.eventually(lambda: fleet.answers_to_ssh("app1"), "app1 is back")
        mended = fleet.play("hybrid.rollout.reconcile", rollout_service="quotes", **QUICK)
        assert mended.exit_code == 0, mended.output
        assert mended.outcomes() == {"app1": "done"}
    assert {place for places in fleet.placements().values() for place in places.values()} == {"online"}
    assert watch.fewest >= FLOOR
    assert traffic.account()["failed"] == 0
