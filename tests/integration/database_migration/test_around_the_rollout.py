# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks plan, deploy, rollback and contract with a database: three members that say their version, behind two real HAProxys."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.runs import read_run
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.under_way import steps_under_way
from ansible_collections.hybrid.rollout.tests.integration.database_migration._team import BROKEN, MIGRATIONS, Team
from ansible_collections.hybrid.rollout.tests.integration.haproxy._processes import HAProxy, suites, until
from ansible_collections.hybrid.rollout.tests.integration.haproxy.conftest import pair_of
from ansible_collections.hybrid.rollout.tests.integration.migration_gate.conftest import Service as Past
from ansible_collections.hybrid.rollout.tests.integration.plan.conftest import Played, Service, Versioned


class Estate:
    """The fleet runs 1.3, which came in place of 1.2 ten days ago."""

    def __init__(self, fleet: Service, past: Past, team: Team) -> None:
        self.fleet, self.past, self.team = fleet, past, team
        fleet.variables["rollout_databases"] = team.databases()

    def play(self, playbook: str, version: str, *arguments: str, **extra: Any) -> Played:
        return self.fleet.play(f"hybrid.rollout.{playbook}", *arguments, rollout_version=version, **extra)

    def latest_run(self) -> dict[str, Any]:
        with Ledger.open(self.past.ledger) as ledger:
            rows = ledger.rows("SELECT id FROM runs ORDER BY opened_at DESC LIMIT 1")
            return {**read_run(ledger, rows[0]["id"]), "events": ledger.events(rows[0]["id"])}


@pytest.fixture(params=suites()[:1])
def estate(request: pytest.FixtureRequest, tmp_path: Path, certificates: dict[str, Path]) -> Iterator[Estate]:
    with pair_of(HAProxy, request.param, tmp_path, certificates, Versioned) as pair:
        yield Estate(Service(pair, tmp_path), Past(pair, tmp_path), Team(tmp_path))


def test_plan_shows_what_would_run_and_what_would_wait_and_runs_none_of_it(estate: Estate) -> None:
    estate.team.ships("1.4", MIGRATIONS)
    played = estate.play("plan", "1.4")
    assert played.exit_code == 0, played.output
    assert '"would run": [ { "database": "quotes", "migrations": [ "1_quotes", "2_amount" ]' in played.line
    assert '"waits": [ { "behind": null, "database": "quotes", "migration": "3_drop_price"' in played.line
    assert estate.team.started() == []


def test_a_migration_that_fails_half_way_ends_the_rollout_before_any_member_leaves_its_pool(estate: Estate) -> None:
    estate.team.ships("1.4", BROKEN)
    before = estate.fleet.pair.standings()
    played = estate.play("deploy", "1.4")
    assert played.exit_code == 2
    assert "no such table: nowhere" in played.output, "in the words of the tool"
    assert estate.fleet.pair.standings() == before
    run = estate.latest_run()
    assert (run["state"], [claim["outcome"] for claim in run["claims"]]) == ("stopped", ["not_reached"] * 3)
    assert "The databases: 'Run the migrations' failed" in run["stop_reason"]
    assert not any(event["kind"] == "claimed" for event in run["events"])
    assert estate.team.columns() == ["price"], "what ran before it stays"


def test_a_migration_without_a_phase_ends_the_rollout_before_it_began(estate: Estate) -> None:
    estate.team.ships("1.4", {**MIGRATIONS, "2_amount": ("", MIGRATIONS["2_amount"][1])})
    played = estate.play("deploy", "1.4")
    assert played.exit_code == 2
    assert "2_amount" in estate.latest_run()["stop_reason"]
    assert estate.team.started() == []


def test_the_contract_waits_for_the_last_member_and_has_a_run_of_its_own(estate: Estate) -> None:
    estate.team.ships("1.3", MIGRATIONS)
    estate.past.runs("app3", "1.2")
    last = estate.latest_run()["id"]
    played = estate.play("contract", "1.3")
    assert played.exit_code == 2
    assert "app3 runs 1.2 (it says), which is older than 1.3" in played.line
    assert (estate.team.started(), estate.latest_run()["id"]) == ([], last)
    estate.past.runs("app3", "1.3")
    shown = estate.play("contract", "1.3", "--check")
    assert shown.exit_code == 0, shown.output
    assert (estate.team.started(), estate.latest_run()["id"]) == ([], last)
    played = estate.play("contract", "1.3")
    assert played.exit_code == 0, played.output
    assert estate.team.columns() == ["amount"]
    run = estate.latest_run()
    assert (run["version"], run["state"], run["claims"]) == ("contract", "done", [])
    answers = [
        (event["detail"]["occasion"], event["detail"]["verdict"]) for event in run["events"] if event["kind"] == "gate"
    ]
    assert answers == [("contract, before", "passed"), ("contract, after", "passed")]
    assert "quotes databases, contract of 1.3: DONE" in played.output
    assert "quotes: ran 1_quotes, 2_amount, 3_drop_price" in played.output
    again = estate.play("contract", "1.3")
    assert (again.exit_code, estate.latest_run()["id"]) == (0, run["id"]), "nothing is due, and no run is opened"


def test_while_a_release_is_still_a_way_back_the_contract_waits(estate: Estate) -> None:
    estate.team.ships("1.3", MIGRATIONS)
    estate.past.roll_out("1.3", "1.2", days_ago=0.5)
    played = estate.play("contract", "1.3")
    assert played.exit_code == 2
    assert "the release before 1.3 is still a way back" in played.line
    assert estate.team.started() == []


def test_a_deploy_that_has_nobody_to_replace_still_runs_the_contract_that_is_due(estate: Estate) -> None:
    estate.team.ships("1.3", MIGRATIONS)
    played = estate.play("deploy", "1.3")
    assert played.exit_code == 0, played.output
    assert estate.team.columns() == ["amount"]


def test_a_contract_that_waits_lets_the_deploy_end_well_and_says_what_for(estate: Estate) -> None:
    estate.team.ships("1.3", MIGRATIONS)
    estate.fleet.pair.apps["app3"].healthy = True
    estate.past.roll_out("1.3", "1.2", days_ago=0.5)
    played = estate.play("deploy", "1.3")
    assert played.exit_code == 0, played.output
    assert "The contract of 1.3 waits" in played.line
    assert "ansible-playbook hybrid.rollout.contract -e rollout_service=quotes -e rollout_version=1.3" in played.line
    assert estate.team.started() == []


def test_a_controller_killed_while_the_tool_runs_and_the_same_command_again_start_it_once(
    estate: Estate, tmp_path: Path
) -> None:
    estate.team.ships("1.3", MIGRATIONS)
    command = estate.fleet.command("hybrid.rollout.contract", rollout_version="1.3")
    said = tmp_path / "said"
    with estate.team.takes_long(), said.open("w") as words:
        killed = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        until(lambda: estate.team.started() == ["3_drop_price"], "the tool runs")
        killed.kill()
        killed.wait()
        left = estate.latest_run()
        with Ledger.open(estate.past.ledger) as ledger:
            assert [step.split()[0] for step in steps_under_way(ledger, left["id"])] == ["migrate"]
        again = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=words)
        until(lambda: "Make way" in said.read_text(), "the second one looks whether the first is at work")
    assert again.wait(60) == 0
    assert estate.team.started() == ["3_drop_price"]
    assert estate.team.columns() == ["amount"]
    assert (left["state"], estate.latest_run()["state"]) == ("open", "abandoned"), "nothing was left to do"


def test_a_contract_that_fails_fails_the_playbook_and_its_run(estate: Estate) -> None:
    estate.team.ships("1.3", {**MIGRATIONS, "3_drop_price": ("contract", "ALTER TABLE nowhere DROP COLUMN price")})
    played = estate.play("deploy", "1.3")
    assert played.exit_code == 2
    run = estate.latest_run()
    assert (run["version"], run["state"]) == ("contract", "stopped")
    assert "quotes databases, contract of 1.3: STOPPED" in played.output


def test_a_release_whose_columns_were_taken_away_does_not_come_back(estate: Estate) -> None:
    estate.team.ships("1.2", dict(list(MIGRATIONS.items())[:2]))
    estate.team.ships("1.3", MIGRATIONS)
    before = estate.fleet.pair.standings()
    for drop, answer in ((False, None), (True, "3_drop_price has taken away what the old release may need")):
        if drop:
            assert estate.play("contract", "1.3").exit_code == 0
        played = estate.play("rollback", "1.2", "--check") if not drop else estate.play("rollback", "1.2")
        assert (played.exit_code == 2) is drop, played.output
        assert answer is None or answer in played.line
    assert estate.fleet.pair.standings() == before
    assert estate.latest_run()["state"] == "stopped"
