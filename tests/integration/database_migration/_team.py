# SPDX-License-Identifier: GPL-3.0-or-later
"""A team's database and its own small runner: SQLite, a program that stops where it is told and counts how often it was started."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

MIGRATIONS = {
    "1_quotes": ("expand", "CREATE TABLE quotes (price int)"),
    "2_amount": ("expand", "ALTER TABLE quotes ADD COLUMN amount int"),
    "3_drop_price": ("contract", "ALTER TABLE quotes DROP COLUMN price"),
}
BROKEN = {**MIGRATIONS, "2_amount": ("expand", "ALTER TABLE nowhere ADD COLUMN amount int")}
# What is recorded in its table has run.
PROGRAM = """
import json, os, sqlite3, time
with open("started.log", "a") as log:
    print(os.environ["ROLLOUT_MIGRATE_TO"], file=log)
while os.path.exists("slow"):
    time.sleep(0.05)
with sqlite3.connect("quotes.db") as database:
    for name, (_phase, sql) in json.load(open("migrations/scripts.json")).items():
        if not database.execute("SELECT 1 FROM gorp_migrations WHERE id = ?", (name,)).fetchone():
            database.execute(sql)
            database.execute("INSERT INTO gorp_migrations VALUES (?, '2026-01-01 00:00:00')", (name,))
            database.commit()
        if name == os.environ["ROLLOUT_MIGRATE_TO"]:
            break
"""


class Team:
    def __init__(self, home: Path) -> None:
        self.home = home
        (home / "migrations").mkdir()
        (home / "migrate.py").write_text(PROGRAM, encoding="utf-8")
        with sqlite3.connect(home / "quotes.db") as database:
            database.execute("CREATE TABLE gorp_migrations (id varchar(255) PRIMARY KEY, applied_at datetime)")

    def ships(self, version: str, migrations: dict[str, tuple[str, str]]) -> None:
        """The release's manifest, and its scripts where the program finds them."""
        entries = [{"name": name, **({"phase": phase} if phase else {})} for name, (phase, _sql) in migrations.items()]
        manifest = {"tool": "sql_migrate", "migrations": entries}
        (self.home / f"migrations/{version}.json").write_text(json.dumps(manifest), encoding="utf-8")
        (self.home / "migrations/scripts.json").write_text(json.dumps(migrations), encoding="utf-8")

    def databases(self) -> list[dict[str, Any]]:
        return [
            {
                "name": "quotes",
                "login": {"engine": "sqlite", "login_db": str(self.home / "quotes.db")},
                "tool": "sql_migrate",
                "manifest": str(self.home / "migrations/{{ database_migration_release }}.json"),
                "preset": "command",
                "program": [sys.executable, "migrate.py"],
                "stops_at_target": True,
                "chdir": str(self.home),
            }
        ]

    @contextmanager
    def takes_long(self) -> Iterator[None]:
        """The program, once started, changes nothing until the end of the block."""
        slow = self.home / "slow"
        slow.touch()
        try:
            yield
        finally:
            slow.unlink()

    def columns(self) -> list[str]:
        with sqlite3.connect(self.home / "quotes.db") as database:
            return [row[1] for row in database.execute("PRAGMA table_info(quotes)")]

    def started(self) -> list[str]:
        """How far the program was told to go, each time it was started."""
        log = self.home / "started.log"
        return log.read_text(encoding="utf-8").split() if log.exists() else []
