# SPDX-License-Identifier: GPL-3.0-or-later
"""Two real controllers at one ledger: services that share a member, and a person who decides about a run, as processes of Ansible."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger import claims, runs
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hybrid.rollout.tests.integration.haproxy.test_through_ansible import task
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._ledger._quotes import kinds, start


def claimed(ledger: Ledger, run: str, **more: object) -> dict[str, Any]:
    return task("rollout_claim", {"ledger": ledger.path, "run": run, "member": "app1", **more})


def control(ledger: Ledger, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    given = json.dumps({"rollout_ledger": ledger.path, **more})
    command = ["ansible-playbook", "hybrid.rollout.control", "-i", "localhost,", "-e", given, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_a_member_at_work_for_another_service_is_refused_with_owner_and_age(store: str) -> None:
    with Ledger.open(store) as ledger:
        quotes, orders = start(ledger, "app1", service="quotes"), start(ledger, "app1", service="orders")
        assert claimed(ledger, quotes, token=1)["batch"] == 1
        refused = claimed(ledger, orders, token=1)
        assert (refused["verdict"], refused["failure"]["code"]) == ("FAILED!", "claimed_elsewhere")
        assert f"quotes: run {quotes} to version 1.1 is open since" in refused["msg"]
        assert f"(process {os.getpid()}), last heard of" in refused["msg"]


def test_a_claim_that_waits_gets_the_shared_member_when_the_other_service_is_done_with_it(store: str) -> None:
    with Ledger.open(store) as ledger:
        quotes, orders = start(ledger, "app1", service="quotes"), start(ledger, "app1", service="orders")
        claims.claim(ledger, quotes, "app1")
        options = json.dumps({"ledger": ledger.path, "run": orders, "member": "app1", "wait_seconds": 100})
        command = ["ansible", "localhost", "-i", "localhost,", "-c", "local", "-m", "hybrid.rollout.rollout_claim"]
        with subprocess.Popen([*command, "-a", options], stdout=subprocess.PIPE, text=True) as waiting:
            while "claim_refused" not in kinds(ledger, orders):
                assert waiting.poll() is None
            claims.finish(ledger, quotes, "app1", "done", None)
            output, _nothing = waiting.communicate(timeout=100)
        assert "CHANGED" in output
        assert kinds(ledger, orders) == ["run_opened", "claim_refused", "claimed"]


def test_the_playbook_control_lists_pauses_and_breaks_a_lock(store: str) -> None:
    with Ledger.open(store) as ledger:
        run = start(ledger, "app1")
        assert run in control(ledger).stdout
        foretold = control(ledger, "--check", rollout_run=run, rollout_state="paused", rollout_reason="we look")
        assert "changed=1" in foretold.stdout
        assert kinds(ledger, run) == ["run_opened"]
        control(ledger, rollout_run=run, rollout_state="paused", rollout_reason="we look")
        refused = claimed(ledger, run)
        assert refused["failure"]["code"] == "paused"
        assert "we look" in refused["msg"]
        control(ledger, rollout_run=run, rollout_state="abandoned", rollout_reason="ci7 burned down")
        assert claimed(ledger, run)["failure"]["code"] == "fenced"
        assert runs.open_runs(ledger) == []


@pytest.mark.parametrize("given", [{"state": "paused", "run": "quotes-1.1-0"}, {"state": "paused", "reason": "x"}])
def test_a_decision_without_a_reason_or_a_run_is_refused(tmp_path: Path, given: dict[str, str]) -> None:
    result = task("rollout_control", {"ledger": str(tmp_path / "ledger.sqlite3"), **given})
    assert result["verdict"] == "FAILED!"
    assert "missing parameter(s) required by 'state'" in result["msg"]


def test_a_run_is_not_looked_for_in_a_ledger_that_is_not_there(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.sqlite3"
    assert "There is no ledger" in task("rollout_control", {"ledger": str(ledger), "run": "quotes-1.1-0"})["msg"]
    assert not ledger.exists()
