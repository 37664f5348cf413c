# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables that each tool makes, column by column."""

from __future__ import annotations

TABLES = {
    "alembic": "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);",
    "atlas": """CREATE TABLE atlas_schema_revisions (
        version varchar(255) PRIMARY KEY, description varchar(255), type bigint DEFAULT 2, applied bigint DEFAULT 0, total bigint DEFAULT 0,
        executed_at timestamp, execution_time bigint, error text, error_stmt text, hash varchar(255), partial_hashes json, operator_version varchar(255));""",
    "dacpac": "CREATE TABLE __RefactorLog (OperationKey uniqueidentifier PRIMARY KEY);",
    "dbmate": "CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY);",
    "django": "CREATE TABLE django_migrations (id INTEGER PRIMARY KEY, app varchar(255), name varchar(255), applied timestamptz);",
    "golang_migrate": "CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean NOT NULL);",
    "goose": """CREATE TABLE goose_db_version (
        id integer PRIMARY KEY, version_id bigint NOT NULL, is_applied boolean NOT NULL, tstamp timestamp);
        INSERT INTO goose_db_version VALUES (1, 0, true, '2024-01-01');""",
    "knex": """CREATE TABLE knex_migrations (id integer PRIMARY KEY, name varchar(255), batch integer, migration_time timestamptz);
        CREATE TABLE knex_migrations_lock ("index" integer PRIMARY KEY, is_locked integer);
        INSERT INTO knex_migrations_lock VALUES (1, 0);""",
    "node_pg_migrate": "CREATE TABLE pgmigrations (id INTEGER PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp NOT NULL);",
    "pgroll": """CREATE TABLE migrations (
        schema NAME NOT NULL, name TEXT NOT NULL, migration JSONB NOT NULL, created_at TIMESTAMP, updated_at TIMESTAMP, parent TEXT,
        done BOOLEAN NOT NULL DEFAULT false, resulting_schema JSONB NOT NULL DEFAULT '{}', migration_type VARCHAR(32) DEFAULT 'pgroll',
        PRIMARY KEY (schema, name));""",
    "rails": """CREATE TABLE schema_migrations (version varchar NOT NULL PRIMARY KEY);
        CREATE TABLE ar_internal_metadata (key varchar PRIMARY KEY, value varchar, created_at timestamp, updated_at timestamp);""",
    "sequelize": "CREATE TABLE SequelizeMeta (name VARCHAR(255) NOT NULL PRIMARY KEY);",
    "sqitch": """CREATE TABLE projects (project TEXT PRIMARY KEY, uri TEXT, created_at TEXT, creator_name TEXT, creator_email TEXT);
        CREATE TABLE changes (
        change_id TEXT PRIMARY KEY, script_hash TEXT, change TEXT NOT NULL, project TEXT NOT NULL, note TEXT DEFAULT '', committed_at TEXT,
        committer_name TEXT, committer_email TEXT, planned_at TEXT, planner_name TEXT, planner_email TEXT);
        CREATE TABLE events (
        event TEXT NOT NULL, change_id TEXT NOT NULL, change TEXT NOT NULL, project TEXT NOT NULL, note TEXT DEFAULT '', requires TEXT,
        conflicts TEXT, tags TEXT, committed_at TEXT, committer_name TEXT, committer_email TEXT, planned_at TEXT, planner_name TEXT,
        planner_email TEXT);
        CREATE TABLE tags (tag_id TEXT PRIMARY KEY, tag TEXT, project TEXT, change_id TEXT, note TEXT, committed_at TEXT);""",
    "sql_migrate": "CREATE TABLE gorp_migrations (id varchar(255) NOT NULL PRIMARY KEY, applied_at timestamp);",
    "typeorm": "CREATE TABLE migrations (id INTEGER PRIMARY KEY, timestamp bigint NOT NULL, name varchar NOT NULL);",
    "yoyo": """CREATE TABLE _yoyo_migration (migration_hash VARCHAR(64) PRIMARY KEY, migration_id VARCHAR(255), applied_at_utc TIMESTAMP);
        CREATE TABLE _yoyo_log (id VARCHAR(36) PRIMARY KEY, migration_hash VARCHAR(64), migration_id VARCHAR(255), operation VARCHAR(10),
        username VARCHAR(255), hostname VARCHAR(255), comment VARCHAR(255), created_at_utc TIMESTAMP);
        CREATE TABLE yoyo_lock (locked INT DEFAULT 1 PRIMARY KEY, ctime TIMESTAMP, pid INT NOT NULL);""",
}
