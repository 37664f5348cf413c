# SPDX-License-Identifier: GPL-3.0-or-later
"""The page stands alone, says the verdict first, and hides no failure."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.lab.demo import page as page_module
from ansible_collections.hybrid.rollout.tests.lab.demo.page import page
from ansible_collections.hybrid.rollout.tests.unit.witness.invented_demo import invented_demo


@pytest.fixture(scope="module")
def good() -> str:
    return page(**invented_demo())


@pytest.fixture(scope="module")
def failing() -> str:
    return page(**invented_demo(failing=True))


def test_nothing_is_fetched_from_anywhere(failing: str) -> None:
    assert "<script" not in failing
    assert "<link" not in failing
    assert "@import" not in failing
    references = re.findall(r'(?:src|href)="([^"]*)"', failing) + re.findall(r"url\(([^)]*)\)", failing)
    assert [reference for reference in references if not reference.startswith("#")] == []


def test_it_says_how_many_failed_and_draws_members_and_versions(good: str) -> None:
    sent = f"{invented_demo()['verdict']['requests_sent']:,}"
    assert f"{sent} requests sent, 0 failed" in good
    for words in (
        "app1",
        "app4",
        "draining",
        "rolled back",
        "answered by 1.0",
        "answered by 1.1",
        "1.0 → 1.1: succeeded",
    ):
        assert words in good
    assert "Requests that failed" not in good


def test_failures_are_listed_with_the_balancers_termination_code(failing: str) -> None:
    assert "24 failed" in failing
    assert "Requests that failed" in failing
    assert "<code>----</code>" in failing
    assert "<code>not in the log</code>" in failing


def test_reasons_are_shown_as_text_never_as_markup() -> None:
    demo = invented_demo()
    for event in demo["events"]:
        if event["detail"].startswith("failed"):
            event["detail"] = "failed: <b>bold</b> answer"
    assert "&lt;b&gt;bold&lt;/b&gt; answer" in page(**demo)


def test_a_rollout_that_never_touched_a_member_still_has_a_page() -> None:
    demo = invented_demo()
    assert "0 failed" in page(**{**demo, "events": [], "rollouts": []})


def test_the_command_makes_the_page_of_a_folder(tmp_path: Path) -> None:
    for key, name in (("account", "witness"), ("rollouts", "rollouts"), ("events", "events"), ("verdict", "verdict")):
        (tmp_path / f"{name}.json").write_text(json.dumps(invented_demo()[key]))
    command = [sys.executable, str(page_module.__file__), str(tmp_path)]
    said = subprocess.run(command, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == str(tmp_path / "index.html")
    assert (tmp_path / "index.html").read_text().startswith("<!doctype html>")


def test_it_says_what_became_of_rows_and_which_columns_each_rollout_left() -> None:
    demo = invented_demo()
    rows = {"written": 900, "read": 1500, "wrong": 0, "lost": 2, "unread": 0}
    rollouts = [{**rollout, "columns": ["author", "id"]} for rollout in demo["verdict"]["rollouts"]]
    told = page(**{**demo, "verdict": {**demo["verdict"], "rows": rows, "rollouts": rollouts}})
    assert "rows: 900 written, 1500 readings as written, 0 wrong, 2 lost, 0 unread" in told
    assert "each row was read once more" in told
    assert 'class="verdict bad"' in told
    assert "<td>author, id</td>" in told
    assert "columns afterwards" not in page(**demo)
