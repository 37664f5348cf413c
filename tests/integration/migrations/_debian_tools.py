# SPDX-License-Identifier: GPL-3.0-or-later
"""Sqitch and Active Record, out of a tree of Debian's packages, each as its own users write and apply migrations."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ansible_collections.hybrid.rollout.tests.integration.health_gate._tree import Room
from ansible_collections.hybrid.rollout.tests.integration.migrations._tool import Command, Database, Place, Step

RAILS = """\
require 'active_record'
adapter, port, user, name = ARGV
ActiveRecord::Base.establish_connection(
  adapter: adapter, host: '127.0.0.1', port: port.to_i, username: user, database: name
)
ActiveRecord::MigrationContext.new('/srv/migrate', ActiveRecord::SchemaMigration).migrate
"""
RAILS_MIGRATION = """\
class {name} < ActiveRecord::Migration[6.1]
  def up
    {statements}.each {{ |statement| execute statement }}
  end
end
"""
SQITCH_USER = ("SQITCH_FULLNAME=Roll Out", "SQITCH_EMAIL=rollout@example.org", "HOME=/tmp", "TZ=UTC")


def in_a_room(folder: Path, *words: str) -> Command:
    return Command(Room(folder, "migration-tools").entered("env", "--chdir=/srv", *words), folder)


class Sqitch:
    tool, kinds, movable = "sqitch", ("postgresql", "mysql"), False

    def name(self, step: Step) -> str:
        return f"quotes:{step.name}"

    def release(self, folder: Path, steps: Sequence[Step]) -> Path:
        (folder / "deploy").mkdir()
        plan = ["%syntax-version=1.0.0", "%project=quotes", ""]
        for step in steps:
            plan.append(f"{step.name} 2026-01-01T00:00:0{step.number}Z Roll Out <rollout@example.org> # {step.name}")
            (folder / f"deploy/{step.name}.sql").write_text(step.sql)
        (folder / "sqitch.plan").write_text("\n".join([*plan, ""]))
        (folder / "sqitch.conf").write_text("[core]\n\tengine = pg\n")
        return folder

    def command(self, folder: Path, database: Database, place: Place) -> Command:
        scheme = {"postgresql": "pg", "mysql": "mysql"}[database.kind]
        # On MariaDB the registry is a database of its own, and by default one for the whole server.
        registry = ("--registry", database.beside) if database.kind == "mysql" else ()
        options = ("--mode", "change", *registry, f"db:{database.url(scheme)}")
        return in_a_room(folder, *SQITCH_USER, "sqitch", "deploy", *options)


class Rails:
    tool, kinds, movable = "rails", ("postgresql", "mysql"), False

    def name(self, step: Step) -> str:
        return step.stamp

    def release(self, folder: Path, steps: Sequence[Step]) -> Path:
        (folder / "migrate.rb").write_text(RAILS)
        migrations = folder / "migrate"
        migrations.mkdir()
        for step in steps:
            text = RAILS_MIGRATION.format(name=step.class_name, statements=list(step.statements))
            (migrations / f"{self.name(step)}_{step.name}.rb").write_text(text)
        return migrations

    def command(self, folder: Path, database: Database, place: Place) -> Command:
        adapter = {"postgresql": "postgresql", "mysql": "mysql2"}[database.kind]
        words = (adapter, str(database.port), database.user, database.name)
        return in_a_room(folder, "ruby", "migrate.rb", *words)
