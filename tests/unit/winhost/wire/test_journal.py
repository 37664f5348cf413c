# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
from pathlib import Path

from ansible_collections.hybrid.rollout.tests.winhost.wire.journal import Journal


def test_calls_are_told_by_host_and_in_the_order_they_began() -> None:
    journal = Journal()
    for host in ("win1", "win2", "win1"):
        journal.begin(host)
    assert [call.sequence for call in journal.calls("win1")] == [1, 3]
    assert [call.host for call in journal.calls()] == ["win1", "win2", "win1"]


def test_modules_are_told_apart_from_what_copies_files() -> None:
    journal = Journal()
    for kind, name in (("core script", "winrm_put_file.ps1"), ("module", "ansible.windows.win_copy")):
        record = journal.begin("win1")
        record.kind, record.module = kind, name
    assert journal.modules("win1") == ["ansible.windows.win_copy"]


def test_the_file_has_one_line_for_each_call_even_for_one_that_never_ended(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    whole, broken = journal.begin("win1"), journal.begin("win2")
    whole.verdict = "ok"
    journal.end(whole)
    journal.end(whole)
    journal.close()
    lines = [json.loads(line) for line in (tmp_path / "journal.jsonl").read_text().splitlines()]
    assert [(line["host"], line["verdict"]) for line in lines] == [("win1", "ok"), ("win2", "running")]
    assert broken.sequence == 2


def test_a_module_that_changed_since_its_model_was_written_is_up_for_review() -> None:
    journal = Journal()
    record = journal.begin("win1")
    record.module, record.needs_review = "ansible.windows.win_ping", True
    journal.begin("win2").module = "ansible.windows.win_stat"
    assert journal.to_review() == ["ansible.windows.win_ping"]
