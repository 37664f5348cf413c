# SPDX-License-Identifier: GPL-3.0-or-later
"""The contract of a release, run by the role when every member behind two real HAProxys runs it; a SQLite database and a plain program."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from typing import Any

from ansible_collections.hybrid.rollout.tests.integration.migration_gate.conftest import DAY, Service

# The team's own runner: what is recorded in its table has run, and it stops behind the one that it is told.
PROGRAM = """
import os, sqlite3
with sqlite3.connect("quotes.db") as database:
    for name, sql in [("1_quotes", "CREATE TABLE quotes (price int, amount int)"), ("2_drop_price", "ALTER TABLE quotes DROP COLUMN price")]:
        if not database.execute("SELECT 1 FROM gorp_migrations WHERE id = ?", (name,)).fetchone():
            database.execute(sql)
            database.execute("INSERT INTO gorp_migrations VALUES (?, '2026-01-01 00:00:00')", (name,))
        if name == os.environ["ROLLOUT_MIGRATE_TO"]:
            break
"""
MANIFEST = {
    "tool": "sql_migrate",
    "migrations": [{"name": "1_quotes", "phase": "expand"}, {"name": "2_drop_price", "phase": "contract"}],
}


class Database:
    def __init__(self, service: Service) -> None:
        self.service, self.home = service, service.home
        with sqlite3.connect(self.home / "quotes.db") as database:
            database.execute("CREATE TABLE gorp_migrations (id varchar(255) PRIMARY KEY, applied_at datetime)")
        (self.home / "migrate.py").write_text(PROGRAM, encoding="utf-8")
        (self.home / "migrations.json").write_text(json.dumps(MANIFEST), encoding="utf-8")

    def migrate(self, phase: str) -> tuple[int, str]:
        database: dict[str, Any] = {
            "name": "quotes",
            "login": {"engine": "sqlite", "login_db": str(self.home / "quotes.db")},
            "tool": "sql_migrate",
            "manifest": str(self.home / "migrations.json"),
            "preset": "command",
            "program": [sys.executable, "migrate.py"],
            "stops_at_target": True,
            "chdir": str(self.home),
        }
        fleet = {
            **{"release": "1.3", "service": "quotes", "ledger": self.service.ledger},
            **{"rollback_window_seconds": DAY, "members": self.service.members},
            **{"online_pool": "quotes", "maintenance_pool": "quotes_maintenance", **self.service.pair.connection},
            **{"phase": phase, "databases": [database]},
        }
        given = {f"database_migration_{name}": value for name, value in fleet.items()}
        role = {"ansible.builtin.import_role": {"name": "hybrid.rollout.database_migration"}, "vars": given}
        play = [{"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": [role]}]
        (self.home / "play.json").write_text(json.dumps(play), encoding="utf-8")
        here = "ansible_python_interpreter={{ ansible_playbook_python }}"
        command = ["ansible-playbook", "-i", "localhost,", str(self.home / "play.json"), "-e", here]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
        return done.returncode, done.stdout + done.stderr

    def columns(self) -> list[str]:
        with sqlite3.connect(self.home / "quotes.db") as database:
            return [row[1] for row in database.execute("PRAGMA table_info(quotes)")]


def test_the_old_column_stays_while_one_member_reads_it_and_goes_when_that_one_has_come_after(service: Service) -> None:
    database = Database(service)
    code, said = database.migrate("expand")
    assert code == 0, said
    assert database.columns() == ["price", "amount"]
    service.runs("app3", "1.2")
    code, said = database.migrate("contract")
    assert code != 0
    assert "app3 runs 1.2 (it says), which is older than 1.3" in said
    assert database.columns() == ["price", "amount"]
    service.runs("app3", "1.3")
    code, said = database.migrate("contract")
    assert code == 0, said
    assert database.columns() == ["amount"]
    code, said = database.migrate("contract")
    assert code == 0, said
    assert "changed=0" in said
