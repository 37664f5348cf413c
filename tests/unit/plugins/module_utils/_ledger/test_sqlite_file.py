# SPDX-License-Identifier: GPL-3.0-or-later
"""Stories of the ledger as a file: whose it is, what it may not be, and what came before it."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger import claims, runs
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.schema import FORMAT
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger, LedgerFailed
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._ledger._quotes import ELSEWHERE, start

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
    seq INTEGER PRIMARY KEY AUTOINCREMENT, run TEXT NOT NULL, at REAL NOT NULL,
    kind TEXT NOT NULL, member TEXT, step TEXT, detail TEXT NOT NULL
);
CREATE INDEX events_of_a_run ON events (run, seq);
INSERT INTO runs VALUES ('quotes-1.1-old', 'quotes', '1.1', '', '', 'open', 500, NULL, NULL,
    '{"host": "other.example", "pid": 1, "started": "1", "user": "ci"}', '{}', 'h', 1);
INSERT INTO claims VALUES ('quotes-1.1-old', 'app2', 1, '1.0', 'planned', NULL, NULL, NULL, NULL);
INSERT INTO claims VALUES ('quotes-1.1-old', 'app1', 1, '1.0', 'claimed', NULL, NULL, 600, NULL);
INSERT INTO events (run, at, kind, detail) VALUES ('quotes-1.1-old', 600, 'claimed', '{}');
PRAGMA user_version = 1
"""


def test_the_file_is_its_owners_alone(ledger: Ledger) -> None:
    assert (os.stat(ledger.path).st_mode & 0o777, os.stat(Path(ledger.path).parent).st_mode & 0o777) == (0o600, 0o700)


def test_a_ledger_that_cannot_be_written_is_said_with_its_path(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LedgerFailed, match="file/ledger.sqlite3 cannot be used.*rollout_ledger"):
        Ledger.open(str(tmp_path / "file" / "ledger.sqlite3"))


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Sir or Madam, " * 100)
    with pytest.raises(LedgerFailed, match="letter.txt cannot be used: file is not a database.*rollout_ledger"):
        Ledger.open(str(letter))
    assert letter.read_text().startswith("Dear Sir")


@pytest.mark.parametrize("table", ["runs", "invoices"])
def test_a_database_with_somebody_elses_tables_is_refused_and_left_as_it_is(tmp_path: Path, table: str) -> None:
    path = tmp_path / "shop.sqlite3"
    with sqlite3.connect(path) as shop:
        shop.execute(f"CREATE TABLE {table} (id TEXT)")
    with pytest.raises(LedgerFailed, match="shop.sqlite3 has tables of somebody else.*rollout_ledger"):
        Ledger.open(str(path))
    assert shop.execute("SELECT name FROM sqlite_master").fetchall() == [(table,)]


def test_a_ledger_of_a_newer_format_is_not_touched(ledger: Ledger) -> None:
    ledger.execute("PRAGMA user_version = 9")
    with pytest.raises(LedgerFailed, match=f"has format 9, .* knows format {FORMAT}"):
        Ledger.open(ledger.path)


def test_a_ledger_of_the_first_format_goes_on_in_the_present_one(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    with sqlite3.connect(path) as old:
        old.executescript(FORMAT_1)
    with Ledger.open(str(path), wall=lambda: 1000.0) as ledger:
        run = runs.read_run(ledger, "quotes-1.1-old")
        assert [claim["member"] for claim in run["claims"]] == ["app2", "app1"]
        assert (run["heartbeat_at"], run["token"], run["control"]) == (600, 1, "open")
        assert claims.claim(ledger, "quotes-1.1-old", "app2") == 1
        claims.finish(ledger, "quotes-1.1-old", "app1", "done", None)
        start(ledger, "app1", owner=ELSEWHERE, take_over="quotes-1.1-old")
        assert runs.open_runs(ledger)[0]["token"] == 2
    tables = "SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name"
    with Ledger.open(str(tmp_path / "new.sqlite3")) as fresh, Ledger.open(str(path)) as old_one:
        assert old_one.rows(tables) == fresh.rows(tables)
