# SPDX-License-Identifier: GPL-3.0-or-later
"""Knex, Umzug with Sequelize, TypeORM and node-pg-migrate, each as its own users write and apply migrations."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from ansible_collections.hybrid.rollout.tests.integration.migrations import _installed
from ansible_collections.hybrid.rollout.tests.integration.migrations._tool import Command, Database, Place, Step

EVERYWHERE = ("postgresql", "mysql")
FAILED = "catch(error => { console.error(error); process.exitCode = 1; })"
KNEX = """\
const {kind, place, ...connection} = JSON.parse(process.env.DATABASE);
const knex = require('knex')({client: {postgresql: 'pg', mysql: 'mysql2'}[kind], connection});
const bookkeeping = {...(place.table && {tableName: place.table}), ...(place.schema && {schemaName: place.schema})};
knex.migrate.latest({directory: './migrations', ...bookkeeping}).FAILED.finally(() => knex.destroy());
"""
KNEX_MIGRATION = """\
exports.up = async knex => {{ for (const statement of {statements}) await knex.raw(statement); }};
exports.down = async () => {{}};
"""
UMZUG = """\
const {kind, place, ...connection} = JSON.parse(process.env.DATABASE);
const {Sequelize} = require('sequelize');
const {Umzug, SequelizeStorage} = require('umzug');
const sequelize = new Sequelize({
    dialect: {postgresql: 'postgres', mysql: 'mysql'}[kind], username: connection.user, ...connection, logging: false,
});
const bookkeeping = {...(place.table && {tableName: place.table}), ...(place.schema && {schema: place.schema})};
const umzug = new Umzug({
    migrations: {glob: 'migrations/*.js'},
    context: sequelize.getQueryInterface(),
    storage: new SequelizeStorage({sequelize, ...bookkeeping}),
    logger: console,
});
umzug.up().FAILED.finally(() => sequelize.close());
"""
UMZUG_MIGRATION = """\
exports.up = async ({{context}}) => {{ for (const statement of {statements}) await context.sequelize.query(statement); }};
exports.down = async () => {{}};
"""
TYPEORM = """\
const {kind, place, ...connection} = JSON.parse(process.env.DATABASE);
const {DataSource} = require('typeorm');
const source = new DataSource({
    type: {postgresql: 'postgres', mysql: 'mysql'}[kind], username: connection.user, ...connection,
    ...(place.table && {migrationsTableName: place.table}), ...(place.schema && {schema: place.schema}),
    migrations: [process.cwd() + '/migrations/*.js'],
});
source.initialize().then(() => source.runMigrations()).FAILED.finally(() => source.destroy());
"""
TYPEORM_MIGRATION = """\
exports.{name} = class {name} {{
    async up(runner) {{ for (const statement of {statements}) await runner.query(statement); }}
    async down() {{}}
}};
"""


def by_script(folder: Path, database: Database, place: Place) -> Command:
    """The tool's few lines of a script, in the folder of the release."""
    told = {"host": "127.0.0.1", "port": database.port, "user": database.user, "database": database.name}
    where = {"kind": database.kind, "place": {"schema": place.schema, "table": place.table}}
    environment = {"DATABASE": json.dumps({**told, **where}), "NODE_PATH": str(_installed.NODE_MODULES)}
    return Command(_installed.node("migrate.js"), folder, environment)


def written(folder: Path, script: str, migrations: Mapping[str, str]) -> Path:
    """The script and the files of the migrations, by their names."""
    (folder / "migrate.js").write_text(script.replace("FAILED", FAILED))
    place = folder / "migrations"
    place.mkdir()
    for name, text in migrations.items():
        (place / name).write_text(text)
    return place


def statements(step: Step) -> str:
    return json.dumps(list(step.statements))


class Knex:
    tool, kinds, movable = "knex", EVERYWHERE, True

    def name(self, step: Step) -> str:
        return f"{step.stamp}_{step.name}.js"

    def release(self, folder: Path, steps: Sequence[Step]) -> Path:
        texts = {self.name(step): KNEX_MIGRATION.format(statements=statements(step)) for step in steps}
        return written(folder, KNEX, texts)

    command = staticmethod(by_script)


class Umzug:
    tool, kinds, movable = "sequelize", EVERYWHERE, True

    def name(self, step: Step) -> str:
        return f"{step.stamp}-{step.name}.js"

    def release(self, folder: Path, steps: Sequence[Step]) -> Path:
        texts = {self.name(step): UMZUG_MIGRATION.format(statements=statements(step)) for step in steps}
        return written(folder, UMZUG, texts)

    command = staticmethod(by_script)


class TypeORM:
    tool, kinds, movable = "typeorm", EVERYWHERE, True

    def name(self, step: Step) -> str:
        return f"{step.class_name}{1767225600000 + step.number}"

    def release(self, folder: Path, steps: Sequence[Step]) -> Path:
        texts = {
            f"{step.stamp}-{step.class_name}.js": TYPEORM_MIGRATION.format(
                name=self.name(step), statements=statements(step)
            )
            for step in steps
        }
        return written(folder, TYPEORM, texts)

    command = staticmethod(by_script)


class NodePgMigrate:
    tool, kinds, movable = "node_pg_migrate", ("postgresql",), True

    def name(self, step: Step) -> str:
        return f"{1767225600000 + step.number}_{step.name.replace('_', '-')}"

    def release(self, folder: Path, steps: Sequence[Step]) -> Path:
        migrations = folder / "migrations"
        migrations.mkdir()
        for step in steps:
            (migrations / f"{self.name(step)}.sql").write_text(f"-- Up Migration\n{step.sql}\n-- Down Migration\n")
        return migrations

    def command(self, folder: Path, database: Database, place: Place) -> Command:
        program = str(_installed.NODE_MODULES / "node-pg-migrate/bin/node-pg-migrate.js")
        options = ["--migrations-dir", "migrations"]
        options += ["--migrations-schema", place.schema] if place.schema else []
        options += ["--migrations-table", place.table] if place.table else []
        environment = {"DATABASE_URL": database.url("postgres")}
        return Command(_installed.node(program, "up", *options), folder, environment)
