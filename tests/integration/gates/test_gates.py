# SPDX-License-Identifier: GPL-3.0-or-later
"""The role gates in front of real claims: what opens lets everybody start, what does not ends the run in the ledger."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import Refused
from ansible_collections.hybrid.rollout.tests.integration.gates.estate import DIGEST, MEMBERS, PLAN, Estate
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._signing.people import People
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._signing.test_artifact import Store

FROZEN = {"from": "2020-01-01", "to": "2999-12-31", "reason": "for ever"}
ALWAYS = {"from": "00:00", "to": "24:00"}


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return Estate(tmp_path)


def counting(folder: Path, code: int) -> list[dict[str, Any]]:
    """A monitor that writes down that it was asked."""
    program = f"import sys; open({str(folder / 'asked')!r}, 'a').write('x'); sys.exit({code})"
    return [{"name": "alerts", "command": {"argv": [sys.executable, "-c", program]}}]


def approvals(folder: Path, version: str = "1.1") -> dict[str, Any]:
    people = People(folder)
    people.allow("carol@example.com", "carol")
    said = {"plan_hash": PLAN, "service": "quotes", "version": version, "approved_at": "2026-01-01T09:30:00+00:00"}
    path = folder / "approval.json"
    path.write_text(json.dumps(said), encoding="utf-8")
    people.sign("carol", path, "rollout-approval@hybrid.rollout")
    return {"rollout_approvals": [str(path)], "rollout_allowed_signers": str(people.allowed)}


def stopped(estate: Estate, words: str) -> None:
    """Nobody started, the run is over, and whoever claims is told the gate's reason."""
    found = estate.read()
    assert found["state"] == "stopped"
    assert words in found["stop_reason"]
    assert {claim["outcome"] for claim in found["claims"]} == {"not_reached"}
    with pytest.raises(Refused) as caught:
        estate.claim("app1")
    assert words in str(caught.value)


def test_nothing_is_asked_where_nothing_is_configured(estate: Estate) -> None:
    code, output = estate.play()
    assert code == 0, output
    assert estate.answers() == []
    assert output.count("skipping:") == len(MEMBERS)


def test_every_gate_that_opens_is_asked_once_by_many_forks_and_lets_all_start(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.publish()
    estate = Estate(tmp_path, store.url)
    variables = {
        **approvals(tmp_path),
        **{"rollout_change_windows": [ALWAYS], "rollout_alert_targets": counting(tmp_path, 0)},
        **{"rollout_artifact_allowed_signers": str(store.people.allowed)},
    }
    code, output = estate.play("--forks", "3", **variables)
    store.close()
    assert code == 0, output
    assert {claim["state"] for claim in estate.read()["claims"]} == {"claimed"}
    assert [(one["step"], one["verdict"], one["occasion"]) for one in estate.answers()] == [
        ("change_window_gate", "passed", "start"),
        ("alert_gate", "passed", "start"),
        ("approval_gate", "passed", "start"),
        ("artifact_gate", "passed", "start"),
    ]
    assert (tmp_path / "asked").read_text(encoding="ascii") == "x"
    assert len(store.seen) == 2
    assert estate.answers()[2]["answer"]["approved_by"] == ["carol@example.com"]
    assert estate.answers()[3]["answer"]["sha256"] == DIGEST


def test_a_freeze_stops_the_run_before_anybody_starts(estate: Estate) -> None:
    code, output = estate.play(rollout_freezes=[FROZEN])
    assert code == 2, output
    stopped(estate, "change_window_gate at start: Change window failed: frozen until")
    assert len(estate.answers()) == 1


def test_an_alert_stops_the_run_before_a_batch_and_is_asked_once(estate: Estate, tmp_path: Path) -> None:
    code, output = estate.play(
        *("--forks", "3"),
        occasion="batch 2",
        rollout_alert_targets=counting(tmp_path, 1),
        rollout_alert_timeout_seconds=0,
    )
    assert code == 2, output
    stopped(estate, "alert_gate at batch 2")
    assert [(one["step"], one["opened"]) for one in estate.answers()] == [("alert_gate", False)]
    assert (tmp_path / "asked").read_text(encoding="ascii") == "x"


def test_an_approval_of_another_version_stops_the_run(estate: Estate, tmp_path: Path) -> None:
    code, output = estate.play(**approvals(tmp_path, version="1.0"))
    assert code == 2, output
    stopped(estate, "it is for version 1.0, not for 1.1")


def test_approvals_without_a_list_of_who_may_approve_stop_the_run(estate: Estate) -> None:
    code, output = estate.play(rollout_approvals=["/srv/approvals/carol.json"])
    assert code == 2, output
    stopped(estate, "approval_gate could not ask")


def test_an_unsigned_artifact_stops_the_run(tmp_path: Path) -> None:
    store = Store(tmp_path)
    estate = Estate(tmp_path, store.url)
    code, output = estate.play(rollout_artifact_allowed_signers=str(store.people.allowed))
    store.close()
    assert code == 2, output
    stopped(estate, "the store answered 404")


def test_one_artifact_that_nobody_signed_stops_the_run_however_well_the_other_is_signed(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.publish()
    estate = Estate(tmp_path, store.url)
    unsigned = {"url": store.url.replace(".tar.gz", ".zip"), "sha256": "f" * 64}
    estate.release["artifacts"] = [{"url": store.url, "sha256": DIGEST}, unsigned]
    code, output = estate.play(rollout_artifact_allowed_signers=str(store.people.allowed))
    store.close()
    assert code == 2, output
    stopped(estate, "artifact_gate at start: ")
    assert [(one["inputs"]["url"], one["opened"]) for one in estate.answers()] == [
        (store.url, True),
        (unsigned["url"], False),
    ]


def test_who_asks_monitoring_something_else_on_the_same_occasion_is_answered_anew(
    estate: Estate, tmp_path: Path
) -> None:
    quiet, loud = counting(tmp_path, 0), counting(tmp_path, 1)
    code, output = estate.play(rollout_alert_targets=quiet, rollout_alert_timeout_seconds=0)
    assert code == 0, output
    code, output = estate.play(rollout_alert_targets=loud, rollout_alert_timeout_seconds=0)
    assert code == 2, output
    assert [one["opened"] for one in estate.answers()] == [True, False]
    assert (tmp_path / "asked").read_text(encoding="ascii") == "xx"


def test_approvers_and_publishers_are_asked_at_the_start_only(estate: Estate) -> None:
    code, output = estate.play(
        occasion="batch 2",
        rollout_allowed_signers="/nowhere",
        rollout_artifact_allowed_signers="/nowhere",
        rollout_change_windows=[ALWAYS],
    )
    assert code == 0, output
    assert [one["step"] for one in estate.answers()] == ["change_window_gate"]


def test_an_override_opens_the_calendar_alone_and_is_written_down_with_who(estate: Estate, tmp_path: Path) -> None:
    code, output = estate.play(
        rollout_freezes=[FROZEN],
        rollout_override_reason="the payment outage goes on",
        rollout_override_by="alice",
        rollout_alert_targets=counting(tmp_path, 1),
        rollout_alert_timeout_seconds=0,
    )
    assert code == 2, output
    calendar, alerts = estate.answers()
    assert calendar["answer"]["override"] == {"reason": "the payment outage goes on", "by": "alice"}
    assert (calendar["opened"], calendar["answer"]["verdict_without_override"]) == (True, "failed")
    assert alerts["opened"] is False
    stopped(estate, "alert_gate at start")


def test_check_mode_asks_writes_nothing_and_stops_nobody(estate: Estate) -> None:
    code, output = estate.play("--check", rollout_freezes=[FROZEN])
    assert code == 0, output
    assert estate.answers() == []
    assert estate.read()["state"] == "open"


def test_a_controller_that_lost_the_run_writes_no_answer(estate: Estate) -> None:
    estate.token += 1
    code, output = estate.play(rollout_freezes=[FROZEN])
    assert code == 2, output
    assert "this controller came with" in output
    assert estate.answers() == []
    assert estate.read()["stop_reason"] is None


def test_members_at_work_may_finish_and_the_first_reason_stays(estate: Estate) -> None:
    estate.claim("app3")
    estate.play(rollout_freezes=[FROZEN])
    found = estate.read()
    assert found["state"] == "open"
    assert "for ever" in found["stop_reason"]
    estate.play(occasion="batch 2", rollout_allowed_signers="/nowhere", rollout_freezes=[{**FROZEN, "reason": "later"}])
    assert "for ever" in estate.read()["stop_reason"]
