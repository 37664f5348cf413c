# SPDX-License-Identifier: GPL-3.0-or-later
"""A ledger that is a file: whose it is, and what is said of one that cannot be used."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.claims import claim, finish
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.owner import Owner
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.runs import (
    NewRun,
    PlannedMember,
    open_run,
    read_run,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger, LedgerFailed

NEW = NewRun("quotes", "1.1", "d" * 64, "http://store/q", [PlannedMember("app1", 1, "1.0")], {}, "hash", 0)
# As version 0.1.0 of the collection made it.
FORMAT_1 = """
CREATE TABLE runs (
    id TEXT PRIMARY KEY, service TEXT NOT NULL, version TEXT NOT NULL, digest TEXT NOT NULL, url TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'done', 'stopped', 'abandoned')),
    opened_at REAL NOT NULL, closed_at REAL, stop_reason TEXT,
    owner TEXT NOT NULL, plan TEXT NOT NULL, plan_hash TEXT NOT NULL, failure_budget INTEGER NOT NULL
);
CREATE UNIQUE INDEX one_open_run_per_service ON runs (service) WHERE state = 'open';
CREATE TABLE claims (
    run TEXT NOT NULL REFERENCES runs (id), member TEXT NOT NULL, batch INTEGER NOT NULL, previous_version TEXT,
    state TEXT NOT NULL CHECK (state IN ('planned', 'claimed', 'finished')),
    outcome TEXT, reason TEXT, claimed_at REAL, finished_at REAL,
    PRIMARY KEY (run, member)
);
CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, run TEXT NOT NULL REFERENCES runs (id), at REAL NOT NULL,
    kind TEXT NOT NULL, member TEXT, step TEXT, detail TEXT NOT NULL
);
CREATE INDEX events_of_a_run ON events (run, seq);
INSERT INTO runs VALUES ('quotes-1.0-old', 'quotes', '1.0', 'd', 'u', 'done', 5, 9, NULL,
    '{"host": "h", "pid": 1, "started": null, "user": "u"}', '{}', 'hash', 0);
INSERT INTO claims VALUES ('quotes-1.0-old', 'app1', 1, '0.9', 'finished', 'done', NULL, 6, 8);
INSERT INTO events (run, at, kind, member, detail) VALUES ('quotes-1.0-old', 6, 'claimed', 'app1', '{}');
PRAGMA user_version = 1;
"""


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    with Ledger.open(str(tmp_path / "state" / "ledger.sqlite3")) as ledger:
        file = Path(ledger.path)
    assert (os.stat(file).st_mode & 0o777, os.stat(file.parent).st_mode & 0o777) == (0o600, 0o700)


def test_one_that_cannot_be_written_is_said_with_its_path(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LedgerFailed, match="file/ledger.sqlite3 cannot be used"):
        Ledger.open(str(tmp_path / "file" / "ledger.sqlite3"))


def test_a_file_of_something_else_is_not_touched(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite3"
    file.write_text("a letter to my aunt, and by no means a database")
    with pytest.raises(LedgerFailed, match="not a database"):
        Ledger.open(str(file))
    assert file.read_text().startswith("a letter")


def test_one_of_a_newer_format_is_not_touched(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite3"
    Ledger.open(str(file)).close()
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA user_version = 9")
    with pytest.raises(LedgerFailed, match="has format 9, this version of hybrid.rollout knows format 2"):
        Ledger.open(str(file))


def test_one_of_the_first_format_is_brought_to_the_present_one_with_all_that_it_knows(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite3"
    with sqlite3.connect(file) as connection:
        connection.executescript(FORMAT_1)
    with Ledger.open(str(file)) as ledger:
        old = read_run(ledger, "quotes-1.0-old")
        assert (old["state"], old["token"], old["control"]) == ("done", 1, "open")
        assert [(claim["member"], claim["outcome"]) for claim in old["claims"]] == [("app1", "done")]
        run, token = open_run(ledger, NEW, Owner.of_process(os.getpid()))
        assert token == 2
        claim(ledger, run, "app1", token)
        finish(ledger, run, "app1", "done", None, token=token)
        assert [event["kind"] for event in ledger.events("quotes-1.0-old")] == ["claimed"]


def test_a_full_disk_takes_nothing_back_and_lets_nobody_start(tmp_path: Path) -> None:
    with Ledger.open(str(tmp_path / "ledger.sqlite3")) as ledger:
        run = open_run(ledger, NEW, Owner.of_process(os.getpid())).id
        pages = ledger.rows("PRAGMA page_count")[0]["page_count"]
        ledger.rows(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(LedgerFailed, match="full.*Nothing is done that cannot be written down first"):
            for number in range(1000):
                ledger.write_event(run, "noise", detail={"number": number, "words": "x" * 500})
        with pytest.raises(LedgerFailed, match="full"), ledger.transaction():
            ledger.write_event(run, "noise", detail={"words": "x" * 5000})
            ledger.execute("UPDATE runs SET stop_reason = 'never'")
        assert read_run(ledger, run)["stop_reason"] is None
        ledger.rows("PRAGMA max_page_count = 100000")
        claim(ledger, run, "app1")
