# SPDX-License-Identifier: GPL-3.0-or-later
"""Expand, roll, contract, while customers write and read rows; and the contract waits for whoever may still need the old column.

Needs root and the lab.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.hybrid.rollout.tests.integration.rollout import fleet
from ansible_collections.hybrid.rollout.tests.integration.rollout_database import _database

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("as_1_0_left_it")]

BACK: dict[str, Any] = {**fleet.QUICK, "rollout_starts_when_ahead": {"alembic": True}}
QUICK: dict[str, Any] = {"rollout_bake_seconds": 0, "rollout_canary_bake_seconds": 0}
OLD, BOTH, NEW = {"id", "said_by"}, {"id", "said_by", "author"}, {"id", "author"}


def contract(**extra: Any) -> fleet.Played:
    return fleet.play("hybrid.rollout.contract", rollout_service="quotes", rollout_version="1.3", **extra)


def gates(run: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (event["detail"]["occasion"], event["detail"]["verdict"])
        for event in run["events"]
        if (event["kind"], event["step"]) == ("gate", "database_migration")
    ]


def without(member: str, folder: Path) -> Path:
    """The lab's inventory, from which somebody has removed a member that HAProxy still has."""
    inventory = yaml.safe_load((fleet.TOP / "inventories/lab/hosts.yml").read_text(encoding="utf-8"))
    del inventory["all"]["children"]["quotes"]["hosts"][member]
    (folder / "hosts.yml").write_text(yaml.safe_dump(inventory), encoding="utf-8")
    merged: dict[str, Any] = {}
    for name in ("lab", "lab_database"):
        merged |= yaml.safe_load((fleet.TOP / f"inventories/{name}/group_vars/quotes.yml").read_text(encoding="utf-8"))
    (folder / "group_vars").mkdir()
    (folder / "group_vars/quotes.yml").write_text(yaml.safe_dump(merged), encoding="utf-8")
    (folder / "group_vars/all.yml").symlink_to(fleet.TOP / "inventories/lab/group_vars/all.yml")
    return folder


def test_no_request_and_no_row_is_lost_on_the_way_from_the_old_column_to_the_new_one(tmp_path: Path) -> None:
    with fleet.Traffic(tmp_path, rate=150, rows_rate=60) as traffic:
        to_both = fleet.deploy("1.1", **QUICK)
        columns = _database.columns()
        to_new = fleet.deploy("1.3", **QUICK)
    assert (to_both.exit_code, to_new.exit_code) == (0, 0), to_both.output + to_new.output
    assert columns == BOTH
    assert _database.columns() == NEW
    account = traffic.account()
    assert account["failed"] == 0
    rows = account["rows"]
    assert (rows["wrong"], rows["lost"], rows["unread"]) == (0, 0, 0)
    assert rows["written"] > 0
    assert to_both.run is not None
    batches = [(f"batch {number}", "passed") for number in range(1, 5)]
    assert gates(to_both.run) == [("expand, before", "passed"), ("expand, after", "passed"), *batches]


def test_the_contract_waits_for_whoever_may_still_need_the_old_column(tmp_path: Path) -> None:
    assert fleet.deploy("1.1", **fleet.QUICK).exit_code == 0
    left_behind = fleet.deploy("1.3", limit="app1,app2,app3", **fleet.QUICK)
    assert left_behind.exit_code == 0, left_behind.output
    assert "app4 runs 1.1" in left_behind.output
    assert _database.columns() == BOTH
    everybody = fleet.deploy("1.3", **fleet.QUICK, rollout_rollback_window_seconds=3600)
    assert everybody.exit_code == 0, everybody.output
    assert "the release before 1.3 is still a way back" in everybody.output
    with fleet.cut_off("app2"):
        unreachable = contract()
    assert unreachable.exit_code == 2
    assert "app2 cannot be reached" in unreachable.output
    unlisted = contract(inventory=without("app4", tmp_path))
    assert unlisted.exit_code == 2
    assert "app4 runs" not in unlisted.output
    assert "app4 is a server of HAProxy (lb1 pool quotes" in unlisted.output
    assert _database.columns() == BOTH
    fleet.eventually(lambda: fleet.is_whole("1.3"), "app2 is back")
    released = contract()
    assert released.exit_code == 0, released.output
    assert _database.columns() == NEW
    assert "quotes: ran 0004" in released.last_lines()


def test_a_release_whose_column_is_gone_does_not_come_back_and_one_that_can_live_with_it_does() -> None:
    assert fleet.deploy("1.1", **fleet.QUICK).exit_code == 0
    back = fleet.play("hybrid.rollout.rollback", rollout_service="quotes", **BACK)
    assert back.exit_code == 0, back.output
    assert fleet.is_whole("1.0")
    for version in ("1.1", "1.3"):
        assert fleet.deploy(version, **fleet.QUICK).exit_code == 0
    assert _database.columns() == NEW
    refused = fleet.play("hybrid.rollout.rollback", rollout_service="quotes", **BACK)
    assert refused.exit_code == 2
    assert "0004 has taken away what the old release may need" in refused.last_lines()
    assert set(refused.outcomes().values()) == {"not_reached"}
    assert fleet.is_whole("1.3")


def test_a_migration_that_fails_stops_the_rollout_while_every_member_serves(tmp_path: Path) -> None:
    _database.change("ALTER TABLE sayings ADD COLUMN author text")  # somebody did by hand what 0002 is about to do
    with fleet.Traffic(tmp_path, rate=50) as traffic, fleet.PoolWatch() as watch:
        played = fleet.deploy("1.1", **QUICK)
    assert played.exit_code == 2
    assert 'column "author" of relation "sayings" already exists' in played.output.replace('\\"', '"')
    assert set(played.outcomes().values()) == {"not_reached"}
    assert "The databases: 'Run the migrations' failed" in played.last_lines()
    assert (watch.fewest, traffic.account()["failed"]) == (len(fleet.MEMBERS), 0)
    assert fleet.is_whole("1.0")
