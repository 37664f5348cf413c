# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that is under way, where the bookkeeping or the server shows it."""

from __future__ import annotations

from typing import Optional
from zlib import crc32

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.reader import READERS
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._migrations._schemas import Schemas, history
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._migrations._tables import TABLES

RAILS = 2053462845 * crc32(b"shop")
NODE = 7241865325823964
GOOSE = 4097083626


@pytest.mark.parametrize(
    ("tool", "kind", "key", "held"),
    [
        ("rails", "postgresql", RAILS, True),
        ("rails", "postgresql", None, False),
        ("rails", "mysql", str(RAILS), True),
        ("rails", "mysql", None, False),
        ("rails", "sqlite", None, None),
        ("node_pg_migrate", "postgresql", NODE, True),
        ("node_pg_migrate", "postgresql", None, False),
        ("goose", "postgresql", GOOSE, True),
        ("goose", "postgresql", None, None),  # its callers need not ask for a lock
        ("alembic", "postgresql", None, None),
        ("django", "postgresql", None, None),
        ("dbmate", "postgresql", None, None),
        ("sequelize", "postgresql", None, None),
        ("typeorm", "postgresql", None, None),
        ("sql_migrate", "postgresql", None, None),
        ("pgroll", "postgresql", None, None),
    ],
)
def test_a_lock_of_the_server_is_held_free_or_not_to_be_seen(
    tool: str, kind: str, key: object, held: Optional[bool]
) -> None:
    lock = history(tool, Schemas(TABLES[tool], kind=kind, held=key)).lock
    assert lock.held is held
    assert lock.outlives_holder is False
    assert ("71" in lock.holder) is bool(held)


def test_the_row_of_knex_tells_a_lock_that_was_left_and_never_that_nobody_migrates() -> None:
    session = Schemas(TABLES["knex"])
    assert history("knex", session).lock.held is None
    session.run("UPDATE knex_migrations_lock SET is_locked = 1")
    lock = history("knex", session).lock
    assert (lock.held, lock.outlives_holder) == (True, True)


def test_knex_without_its_second_table_is_read_all_the_same() -> None:
    session = Schemas(TABLES["knex"], "DROP TABLE knex_migrations_lock")
    assert history("knex", session).lock.held is None


def test_the_lease_of_goose_names_its_holder_and_its_end() -> None:
    table = """CREATE TABLE goose_lock (lock_id bigint PRIMARY KEY, locked boolean, locked_at text, locked_by text, lease_expires_at text,
        updated_at text);"""
    session = Schemas(
        TABLES["goose"], table, "INSERT INTO goose_lock VALUES (1, true, '10:00', 'host-1', '10:00:30', '10:00')"
    )
    lock = history("goose", session).lock
    assert (lock.held, lock.holder, lock.since) == (True, "host-1, whose lease ends at 10:00:30", "10:00")
    session.run("UPDATE goose_lock SET locked = false")
    assert history("goose", session).lock.held is None


def test_the_table_of_readers_is_in_order_and_says_the_names_of_the_readers() -> None:
    assert list(READERS) == sorted(READERS)
    assert all(reader.tool == name for name, reader in READERS.items())
