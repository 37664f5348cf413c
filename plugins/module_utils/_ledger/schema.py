# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of a ledger, and how an older format becomes the present one. Private to hybrid.rollout."""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.hybrid.rollout.plugins.module_utils._database.database import Database

FORMAT = 2
TABLES = """
CREATE TABLE services (service TEXT PRIMARY KEY, token BIGINT NOT NULL);
CREATE TABLE runs (
    id TEXT PRIMARY KEY, service TEXT NOT NULL, version TEXT NOT NULL, digest TEXT NOT NULL, url TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'done', 'stopped', 'abandoned')),
    opened_at DOUBLE PRECISION NOT NULL, closed_at DOUBLE PRECISION, stop_reason TEXT,
    owner TEXT NOT NULL, plan TEXT NOT NULL, plan_hash TEXT NOT NULL, failure_budget INTEGER NOT NULL,
    token BIGINT NOT NULL DEFAULT 0, heartbeat_at DOUBLE PRECISION NOT NULL DEFAULT 0,
    lease_seconds DOUBLE PRECISION NOT NULL DEFAULT 3600, limits TEXT NOT NULL DEFAULT '{}',
    control TEXT NOT NULL DEFAULT 'open' CHECK (control IN ('open', 'paused', 'aborted')), control_reason TEXT
);
CREATE UNIQUE INDEX one_open_run_per_service ON runs (service) WHERE state = 'open';
CREATE TABLE claims (
    run TEXT NOT NULL REFERENCES runs (id), member TEXT NOT NULL, batch INTEGER NOT NULL, previous_version TEXT,
    state TEXT NOT NULL CHECK (state IN ('planned', 'claimed', 'finished')),
    outcome TEXT, reason TEXT, claimed_at DOUBLE PRECISION, finished_at DOUBLE PRECISION,
    position INTEGER NOT NULL DEFAULT 0, zone TEXT, pools TEXT NOT NULL DEFAULT '[]',
    PRIMARY KEY (run, member)
);
CREATE INDEX claims_by_outcome ON claims (run, outcome, state);
CREATE TABLE events (
    seq {number} PRIMARY KEY {counted}, run TEXT NOT NULL, at DOUBLE PRECISION NOT NULL,
    kind TEXT NOT NULL, member TEXT, step TEXT, detail TEXT NOT NULL
);
CREATE INDEX events_of_a_run ON events (run, seq)
"""
# From format 1, which only SQLite ever had. A heartbeat is the last thing that was written of a run.
UPGRADES = {
    1: """
CREATE TABLE services (service TEXT PRIMARY KEY, token BIGINT NOT NULL);
INSERT INTO services SELECT service, count(*) FROM runs GROUP BY service;
ALTER TABLE runs ADD COLUMN token BIGINT NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN heartbeat_at DOUBLE PRECISION NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN lease_seconds DOUBLE PRECISION NOT NULL DEFAULT 3600;
ALTER TABLE runs ADD COLUMN limits TEXT NOT NULL DEFAULT '{}';
ALTER TABLE runs ADD COLUMN control TEXT NOT NULL DEFAULT 'open' CHECK (control IN ('open', 'paused', 'aborted'));
ALTER TABLE runs ADD COLUMN control_reason TEXT;
ALTER TABLE claims ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
ALTER TABLE claims ADD COLUMN zone TEXT;
ALTER TABLE claims ADD COLUMN pools TEXT NOT NULL DEFAULT '[]';
UPDATE claims SET position = rowid;
CREATE INDEX claims_by_outcome ON claims (run, outcome, state);
UPDATE runs SET heartbeat_at = coalesce((SELECT max(at) FROM events WHERE events.run = runs.id), opened_at),
    token = (SELECT count(*) FROM runs AS older WHERE older.service = runs.service AND older.rowid <= runs.rowid)
"""
}


@dataclass(frozen=True)
class Dialect:
    """How a kind of database numbers events and remembers the format of its tables: 0 where nothing is in the way of them,
    no number where somebody else's tables are."""

    number: str
    counted: str
    format_of: str
    format_is: str


DIALECTS = {
    "sqlite": Dialect(
        "INTEGER",
        "AUTOINCREMENT",
        "SELECT CASE WHEN user_version = 0 AND EXISTS (SELECT 1 FROM sqlite_master) THEN 'none' ELSE user_version END AS format"
        " FROM pragma_user_version",
        "PRAGMA user_version = {}",
    ),
    "postgresql": Dialect(
        "BIGINT",
        "GENERATED ALWAYS AS IDENTITY",
        "SELECT CASE WHEN coalesce(to_regclass('services'), to_regclass('runs'), to_regclass('claims'), to_regclass('events')) IS NULL"
        " THEN '0' ELSE obj_description(to_regclass('runs'), 'pg_class') END AS format",
        "COMMENT ON TABLE runs IS '{}'",
    ),
}


def format_of(database: Database) -> int:
    """0 where there is no ledger yet, -1 for tables of somebody else."""
    found = str(database.read(DIALECTS[database.kind].format_of)[0]["format"])
    return int(found) if found.isdigit() else -1


def prepare(database: Database) -> int:
    """Inside a transaction: make the tables, or bring those of an older format to the present one, and return the format now."""
    found = format_of(database)
    dialect = DIALECTS[database.kind]
    if found == 0:
        _carry_out(database, TABLES.replace("{number}", dialect.number).replace("{counted}", dialect.counted))
        found = FORMAT
    while found in UPGRADES:
        _carry_out(database, UPGRADES[found])
        found += 1
    if found != FORMAT:
        return found
    database.write(dialect.format_is.format(FORMAT))
    return FORMAT


def _carry_out(database: Database, statements: str) -> None:
    for statement in filter(str.strip, statements.split(";")):
        database.write(statement)
