# SPDX-License-Identifier: GPL-3.0-or-later
"""A contract waits for every member that real HAProxys, the inventory, a ledger or a zone know of."""

from __future__ import annotations

import time
from datetime import datetime, timezone

from ansible_collections.hybrid.rollout.tests.integration._ports import free_port
from ansible_collections.hybrid.rollout.tests.integration.migration_gate.conftest import Service


def test_it_is_held_while_one_member_is_behind_and_runs_when_that_one_has_come_after(service: Service) -> None:
    service.runs("app3", "1.2")
    held = service.ask()
    assert held["verdict"] == "FAILED!"
    assert held["reasons"] == ["app3 runs 1.2 (it says), which is older than 1.3"]
    assert (held["apply"], held["changed"], held["failure"]["code"]) == ([], False, "gate_not_passed")
    service.runs("app3", "1.10")
    opened = service.ask("--check")
    assert (opened["verdict"], opened["reasons"], opened["changed"]) == ("SUCCESS", [], False)
    assert [one["migrations"] for one in opened["apply"]] == [["1.4"]]
    assert [one["member"] for one in opened["fleet"]] == ["app1", "app2", "app3"]
    everywhere = [f"{lb} pool {pool}" for lb in ("lb1", "lb2") for pool in ("quotes", "quotes_maintenance")]
    assert opened["fleet"][2]["where"] == ["inventory", *everywhere, "ledger"]


def test_who_is_silent_unlisted_or_forgotten_blocks_by_name_all_in_one_answer(service: Service) -> None:
    service.roll_out("1.3", "1.2", 9, "app9")
    gone = f"http://127.0.0.1:{free_port()}/health"
    service.members = [service.members[0], {**service.members[1], "health_url": gone}]
    result = service.ask()
    assert result["verdict"] == "FAILED!"
    silent, unlisted, forgotten = result["reasons"]
    assert silent == "app2 did not say its version"
    assert unlisted.startswith("app3 is a server of HAProxy (lb1 pool quotes, ")
    assert forgotten.startswith("app9 is in the ledger and not in the inventory")
    nowhere = "http://app2.invalid:8080/health"
    service.members = [service.members[0], {**service.members[1], "health_url": nowhere}]
    vouched = service.ask(servers_of_others=["app3"], retired_members=["app9", "app3"])
    assert len(vouched["reasons"]) == 1
    assert vouched["reasons"][0].startswith("app2 cannot be reached: app2.invalid port 8080")


def test_a_server_of_a_further_pool_counts_as_well(service: Service) -> None:
    service.members = service.members[:2]
    service.members[0]["also_in_pools"] = ["followers"]
    result = service.ask(servers_of_others=[])
    assert "lb1 pool followers" in result["reasons"][0]


def test_a_load_balancer_that_does_not_answer_may_have_servers_that_nobody_knows_of(service: Service) -> None:
    service.pair.lb2.kill()
    lb1, lb2 = service.pair.connection["endpoints"]
    result = service.ask(endpoints=[lb1, {**lb2, "may_be_down": True}])
    (reason,) = result["reasons"]
    assert reason.startswith("which servers lb2 has is not known: HAProxy lb2")
    assert result["msg"].startswith("Migration gate for contract of 1.3: could_not_ask.")


def test_the_rollback_window_and_a_run_under_way_hold_it_back(service: Service) -> None:
    assert service.ask(rollback_window_seconds=9 * 86_400)["verdict"] == "SUCCESS"
    early = service.ask(rollback_window_seconds=11 * 86_400)
    assert early["reasons"][0].startswith("the release before 1.3 is still a way back")
    assert early["window"]["last_run"].startswith("quotes-1.3-")
    run = service.roll_out("1.4", "1.3", 1, ends=False)
    assert service.ask()["reasons"] == [f"run {run} is open: wait for its end"]
    assert "knows of no run" in service.ask(ledger=str(service.home / "other.sqlite3"))["reasons"][0]
    assert not (service.home / "other.sqlite3").exists()


def test_a_zone_that_pulls_speaks_for_its_members_for_as_long_as_its_report_is_fresh(service: Service) -> None:
    service.members.append({"name": "shop1", "server": "shop1"})
    assert service.ask()["reasons"] == ["shop1 has no health_url to be asked at"]
    report = {"member": "shop1", "version": "1.3", "seen_at": datetime.now(timezone.utc).isoformat()}
    assert service.ask(zones_pulled=[report])["verdict"] == "SUCCESS"
    stale = service.ask(zones_pulled=[{**report, "seen_at": str(time.time() - 7200)}])
    assert "was last seen by its zone 72" in "; ".join(stale["reasons"])
    assert stale["fleet"][3]["member"] == "shop1"
