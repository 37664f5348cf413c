# SPDX-License-Identifier: GPL-3.0-or-later
"""Alembic, Django, yoyo and dbmate, each as its own users write and apply migrations."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ansible_collections.hybrid.rollout.tests.integration.migrations import _installed
from ansible_collections.hybrid.rollout.tests.integration.migrations._tool import Command, Database, Place, Step

EVERYWHERE = ("postgresql", "mysql")
ALEMBIC_ENVIRONMENT = """\
from alembic import context
from sqlalchemy import create_engine

options = context.get_x_argument(as_dictionary=True)
place = {name: options[name] for name in ("version_table", "version_table_schema") if name in options}
with create_engine(options["url"]).connect() as connection:
    context.configure(connection=connection, **place)
    with context.begin_transaction():
        context.run_migrations()
"""
ALEMBIC_REVISION = '''\
"""{name}"""

from alembic import op

revision = {revision!r}
down_revision = {before!r}


def upgrade() -> None:
    for statement in {statements!r}:
        op.execute(statement)
'''
DJANGO_SETTINGS = """\
import os

import pymysql

pymysql.version_info = (2, 2, 1, "final", 0)  # Django asks for mysqlclient, whose calls these are
pymysql.install_as_MySQLdb()
INSTALLED_APPS = ["quotes"]
DATABASES = {"default": dict(zip(("ENGINE", "PORT", "USER", "NAME"), os.environ["DATABASE"].split()), HOST="127.0.0.1")}
"""
DJANGO_MIGRATION = """\
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = {needs!r}
    operations = [migrations.RunSQL(statement) for statement in {statements!r}]
"""


class Alembic:
    tool, kinds, movable = "alembic", EVERYWHERE, True

    def name(self, step: Step) -> str:
        return f"{step.number:012x}"

    def release(self, folder: Path, steps: Sequence[Step]) -> Path:
        versions = folder / "versions"
        versions.mkdir()
        (folder / "alembic.ini").write_text("[alembic]\nscript_location = .\n")
        (folder / "env.py").write_text(ALEMBIC_ENVIRONMENT)
        before = None
        for step in steps:
            revision = self.name(step)
            words = {"name": step.name, "revision": revision, "before": before, "statements": list(step.statements)}
            (versions / f"{revision}_{step.name}.py").write_text(ALEMBIC_REVISION.format(**words))
            before = revision
        return versions

    def command(self, folder: Path, database: Database, place: Place) -> Command:
        scheme = {"postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql"}[database.kind]
        told = {"url": database.url(scheme), "version_table": place.table, "version_table_schema": place.schema}
        options = [word for name, value in told.items() if value for word in ("-x", f"{name}={value}")]
        return Command([str(_installed.BIN / "alembic"), *options, "upgrade", "heads"], folder)


class Django:
    tool, kinds, movable = "django", EVERYWHERE, False

    def name(self, step: Step) -> str:
        return f"quotes.{step.number:04}_{step.name}"

    def release(self, folder: Path, steps: Sequence[Step]) -> Path:
        migrations = folder / "quotes/migrations"
        migrations.mkdir(parents=True)
        (folder / "settings.py").write_text(DJANGO_SETTINGS)
        for package in (folder / "quotes", migrations):
            (package / "__init__.py").touch()
        needs: list[tuple[str, str]] = []
        for step in steps:
            app, _dot, name = self.name(step).partition(".")
            text = DJANGO_MIGRATION.format(needs=needs, statements=list(step.statements))
            (migrations / f"{name}.py").write_text(text)
            needs = [(app, name)]
        return folder

    def command(self, folder: Path, database: Database, place: Place) -> Command:
        words = (f"django.db.backends.{database.kind}", str(database.port), database.user, database.name)
        environment = {"DATABASE": " ".join(words), "PYTHONPATH": str(folder), "DJANGO_SETTINGS_MODULE": "settings"}
        return Command([str(_installed.BIN / "django-admin"), "migrate"], folder, environment)


class Yoyo:
    tool, kinds, movable = "yoyo", EVERYWHERE, False

    def name(self, step: Step) -> str:
        return f"{step.number:04}.{step.name}"

    def release(self, folder: Path, steps: Sequence[Step]) -> Path:
        for step in steps:
            (folder / f"{self.name(step)}.sql").write_text(f"-- {step.name}\n{step.sql}")
        return folder

    def command(self, folder: Path, database: Database, place: Place) -> Command:
        url = database.url({"postgresql": "postgresql+psycopg", "mysql": "mysql"}[database.kind])
        options = ("--batch", "--no-config-file", "--database", url)
        return Command([str(_installed.BIN / "yoyo"), "apply", *options, str(folder)], folder)


class Dbmate:
    tool, kinds, movable = "dbmate", EVERYWHERE, True

    def name(self, step: Step) -> str:
        return step.stamp

    def release(self, folder: Path, steps: Sequence[Step]) -> Path:
        for step in steps:
            (folder / f"{self.name(step)}_{step.name}.sql").write_text(f"-- migrate:up\n{step.sql}\n-- migrate:down\n")
        return folder

    def command(self, folder: Path, database: Database, place: Place) -> Command:
        url = database.url({"postgresql": "postgres", "mysql": "mysql"}[database.kind])
        table = ".".join(name for name in (place.schema, place.table) if name)
        options = ["--no-dump-schema", "--migrations-dir", str(folder)]
        options += ["--migrations-table", table] if table else []
        silent = f"{url}?sslmode=disable" if database.kind == "postgresql" else url
        return Command([str(_installed.BIN / "dbmate"), *options, "--url", silent, "migrate"], folder)
