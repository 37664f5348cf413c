# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict counts what customers saw while each rollout ran, and no traffic is never a success."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.tests.lab.demo import verdict as verdict_module
from ansible_collections.hybrid.rollout.tests.lab.demo.pool_floor import Sample
from ansible_collections.hybrid.rollout.tests.lab.demo.verdict import in_words, judge
from ansible_collections.hybrid.rollout.tests.lab.witness.records import Record, RecordsFile

GOOD = Record("w-1", 0.0, "10.77.0.11", "kept", 200, "", 1.0, "1.0", "app1", False)
FIRST: dict[str, Any] = {"service": "quotes", "from": "1.0", "to": "1.1", "result": "succeeded", "exit_code": 0}
SECOND: dict[str, Any] = {**FIRST, "from": "1.1", "to": "1.2", "result": "rolled back", "exit_code": 2}
ROLLOUTS = [{**FIRST, "started": 100.0, "ended": 140.0}, {**SECOND, "started": 150.0, "ended": 160.5}]


def records(*times: float, failed_at: Sequence[float] = ()) -> list[Record]:
    failed = [replace(GOOD, started=at, status=503, error="status") for at in failed_at]
    return [replace(GOOD, started=at) for at in times] + failed


def test_each_rollout_has_the_requests_of_its_own_time_and_the_totals_have_all() -> None:
    judged = judge(records(99, 100, 120, 145, 151, failed_at=[155, 170]), ROLLOUTS, [])
    first, second = judged["rollouts"]
    assert (first["requests_sent"], first["requests_failed"], first["seconds"]) == (2, 0, 40.0)
    assert (second["requests_sent"], second["requests_failed"], second["seconds"]) == (2, 1, 10.5)
    assert (judged["requests_sent"], judged["requests_failed"]) == (7, 2)
    assert (second["from"], second["to"], second["result"], second["exit_code"]) == ("1.1", "1.2", "rolled back", 2)


def test_the_pool_floor_is_the_lowest_of_any_endpoint_in_that_time() -> None:
    samples = [Sample(99, "lb1", 0), Sample(101, "lb1", 4), Sample(102, "lb2", 3), Sample(103, "lb1", None)]
    first, second = judge(records(100), ROLLOUTS, samples)["rollouts"]
    assert first["pool_floor_seen"] == 3
    assert second["pool_floor_seen"] is None


ROWS = {"written": 30, "read": 45, "wrong": 0, "lost": 0, "unread": 0, "findings": []}


def test_rows_that_are_all_there_are_told_and_the_columns_beside_each_rollout() -> None:
    judged = judge(records(101), [{**ROLLOUTS[0], "columns": ["author", "id"]}], [], ROWS)
    assert "rows: 30 written, 45 readings as written, 0 wrong, 0 lost, 0 unread" in in_words(judged)
    assert in_words(judged).endswith("customers noticed nothing")
    assert judged["rollouts"][0]["columns"] == ["author", "id"]


@pytest.mark.parametrize("kind", ["wrong", "lost", "unread"])
def test_one_bad_row_is_noticed_though_no_request_failed(kind: str, tmp_path: Path) -> None:
    rows = {**ROWS, kind: 1}
    assert in_words(judge(records(101), ROLLOUTS, [], rows)).endswith("customers noticed")
    file = RecordsFile(tmp_path / "requests.csv")
    file.append(records(101)[0])
    file.close()
    (tmp_path / "rollouts.json").write_text(json.dumps(ROLLOUTS))
    for seen, code in ((rows, 1), (ROWS, 0)):
        (tmp_path / "witness.json").write_text(json.dumps({"totals": {"rows": seen}}))
        command = [sys.executable, str(verdict_module.__file__), str(tmp_path)]
        assert subprocess.run(command, capture_output=True, check=False).returncode == code


def test_a_floor_that_the_driver_saw_itself_is_kept() -> None:
    judged = judge([], [{**ROLLOUTS[0], "pool_floor_seen": 2}], [Sample(101, "lb1", 4)])
    assert judged["rollouts"][0]["pool_floor_seen"] == 2


@pytest.mark.parametrize(
    ("traffic", "conclusion"),
    [
        (records(101), "in all: 1 requests, 0 failed: customers noticed nothing"),
        (records(101, failed_at=[102]), "in all: 2 requests, 1 failed: customers noticed"),
        ([], "in all: 0 requests, 0 failed: no traffic, no verdict"),
    ],
)
def test_the_words_end_with_what_customers_noticed(traffic: list[Record], conclusion: str) -> None:
    words = in_words(judge(traffic, ROLLOUTS, [Sample(101, "lb1", 3)])).splitlines()
    assert words[0].startswith("quotes 1.0 -> 1.1: succeeded in 40.0 s, ")
    assert words[0].endswith("fewest members online: 3")
    assert words[1].endswith("nobody watched the pool")
    assert words[-1] == conclusion


@pytest.mark.parametrize(("traffic", "code"), [(records(101), 0), (records(101, failed_at=[102]), 1), ([], 1)])
def test_the_command_writes_the_file_and_its_exit_code_is_the_verdict(
    traffic: list[Record], code: int, tmp_path: Path
) -> None:
    file = RecordsFile(tmp_path / "requests.csv")
    for record in traffic:
        file.append(record)
    file.close()
    (tmp_path / "rollouts.json").write_text(json.dumps(ROLLOUTS))
    (tmp_path / "pool.csv").write_text("at,endpoint,serving,problem\n101.0,lb1,3,\n102.0,lb1,,refused\n103.0,lb1,")
    command = [sys.executable, str(verdict_module.__file__), str(tmp_path)]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert said.returncode == code, said.stderr
    written = json.loads((tmp_path / "verdict.json").read_text())
    assert written["requests_sent"] == len(traffic)
    assert written["rollouts"][0]["pool_floor_seen"] == 3
    assert said.stdout.strip() == in_words(written)
