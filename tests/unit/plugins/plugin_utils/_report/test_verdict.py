# SPDX-License-Identifier: GPL-3.0-or-later
"""One word for each member and for the run, and the files that say it."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._results.document import parse
from ansible_collections.hybrid.rollout.plugins.module_utils._results.junit import read
from ansible_collections.hybrid.rollout.plugins.plugin_utils._report import files
from ansible_collections.hybrid.rollout.plugins.plugin_utils._report.junit import junit
from ansible_collections.hybrid.rollout.plugins.plugin_utils._report.verdict import verdict_of_playbook, verdict_of_run
from ansible_collections.hybrid.rollout.tests.unit.plugins.plugin_utils._report._runs import run


def test_a_member_is_told_with_its_versions_and_how_long_it_took() -> None:
    told = verdict_of_run(run("done", ("app1", "finished", "done", None)), [])
    assert told["members"] == [
        {
            **{"name": "app1", "verdict": "done", "reason": None, "batch": 1, "zone": "a"},
            **{"version_before": "1.1", "version_after": "1.2", "seconds": 4.5},
            **{"started_at": "1970-01-01T00:01:40Z", "finished_at": "1970-01-01T00:01:44Z"},
        }
    ]
    assert (told["seconds"], told["owner"]) == (20.0, "ann@controller (process 7)")


def test_a_member_that_was_brought_back_has_the_version_that_it_came_back_with() -> None:
    mended = run("done", ("app1", "finished", "done", None), version="reconcile", plan={"versions": {"app1": "1.0"}})
    assert verdict_of_run(mended, [])["members"][0]["version_after"] == "1.0"


def test_nobody_knows_what_an_unfinished_member_runs() -> None:
    member = verdict_of_run(run("open", ("app1", "claimed", None, None)), [])["members"][0]
    assert (member["verdict"], member["version_after"]) == ("not_finished", None)


def test_a_run_that_failed_is_the_verdict_although_another_put_things_right() -> None:
    runs = [
        verdict_of_run(run("stopped", ("app1", "finished", "out", "x"), stop_reason="spent"), []),
        verdict_of_run(run("done", ("app2", "finished", "done", None)), []),
    ]
    told = verdict_of_playbook(runs, None, [])
    assert (told["verdict"], told["succeeded"], told["reason"]) == ("stopped", False, "spent")


def test_a_reason_with_bytes_that_xml_does_not_know_is_read_back() -> None:
    broken = verdict_of_run(run("stopped", ("app1", "finished", "out", "\x1b[31m<down> & \ud800\x00")), [])
    cases = read(parse(junit(verdict_of_playbook([broken], None, [])))).cases
    assert [(case.name, case.outcome, case.message) for case in cases] == [
        ("rollout.quotes.app1", "failed", "?[31m<down> & ??")
    ]


def test_nothing_to_do_is_one_test_that_passed() -> None:
    cases = read(parse(junit(verdict_of_playbook([verdict_of_run(run("done"), [])], None, [])))).cases
    assert [(case.name, case.outcome) for case in cases] == [("rollout.quotes.run r1", "passed")]


def test_a_report_is_whole_or_what_was_there_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "rollout.json"
    files.write(str(path), b"first")

    def full(_handle: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError, match="no space left"):
        files.write(str(path), b"second")
    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]
