# SPDX-License-Identifier: GPL-3.0-or-later
"""The releases of quotes bring migrations that a real Alembic runs on a real PostgreSQL, one release after the other.

Needs root and the tree of `tests/lab/lab base postgresql`.
"""

from __future__ import annotations

import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.integration.lab_database._table import Table
from ansible_collections.hybrid.rollout.tests.integration.ledger._server import Server
from ansible_collections.hybrid.rollout.tests.integration.migrations._tool import Command
from ansible_collections.hybrid.rollout.tests.lab.database.postgresql import columns
from ansible_collections.hybrid.rollout.tests.lab.machines.keys import write_secret
from ansible_collections.hybrid.rollout.tests.lab.quotes.build_releases import Release, build
from ansible_collections.hybrid.rollout.tests.unit.lab_quotes.edition import PATIENCE_SECONDS

PASSWORD = "a-password-that-nobody-sees"  # the server of the test asks for none
Migrate = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def empty(server: Server) -> Table:
    return Table(server.new_database())


@pytest.fixture
def migrate(empty: Table, tmp_path: Path) -> Migrate:
    """Runs Alembic up to a revision with the migrations of a release, as `tests/lab/start --database` has the controller do it."""
    secret = tmp_path / "owner.url"
    write_secret(secret, empty.address.replace("rollout@", f"rollout:{PASSWORD}@").encode())

    def run(version: str, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        home = tmp_path / version
        if not home.exists():
            with tarfile.open(build(Release(version), tmp_path)) as archive:
                archive.extractall(home)
        alembic = Command(
            ["alembic", *words], home / "migrations", {"LAB_DATABASE_URL_FILE": str(secret), **environment}
        )
        return alembic.run(PATIENCE_SECONDS)

    return run


def test_each_release_takes_the_table_on_from_where_the_one_before_left_it(migrate: Migrate, empty: Table) -> None:
    shapes = {"1.0": {"id", "said_by"}, "1.1": {"id", "said_by", "author"}, "1.3": {"id", "author"}}
    for version, shape in shapes.items():
        done = migrate(version, "upgrade", "head")
        assert done.returncode == 0, done.stdout
        assert columns(empty.address) == shape


def test_what_only_the_old_column_has_is_in_the_new_one_before_the_old_one_goes(migrate: Migrate, empty: Table) -> None:
    migrate("1.0", "upgrade", "head")
    empty.change("INSERT INTO sayings (id, said_by) VALUES ('a', 'old')")
    migrate("1.1", "upgrade", "head")
    empty.change("INSERT INTO sayings (id, said_by, author) VALUES ('b', 'both', 'both')")
    assert migrate("1.3", "upgrade", "0003").returncode == 0
    assert empty.rows("id, said_by, author") == [("a", "old", "old"), ("b", "both", "both")]
    assert migrate("1.3", "upgrade", "0004").returncode == 0
    assert empty.rows("id, author") == [("a", "old"), ("b", "both")]


def test_a_migration_gives_up_when_the_table_stays_locked(migrate: Migrate, empty: Table) -> None:
    migrate("1.0", "upgrade", "head")
    with empty.locked():
        refused = migrate("1.1", "upgrade", "head", PGOPTIONS="-c lock_timeout=200ms")
    assert refused.returncode != 0
    assert "canceling statement due to lock timeout" in refused.stdout
    assert columns(empty.address) == {"id", "said_by"}


def test_the_password_is_in_nothing_that_alembic_writes(migrate: Migrate) -> None:
    said = [
        migrate("1.0", "upgrade", "head"),
        migrate("1.1", "upgrade", "0001:head", "--sql"),
        migrate("1.0", "upgrade", "no-such-revision"),
        migrate("1.1", "upgrade", "head", PGOPTIONS="-c no_such_setting=1"),
    ]
    assert [each.returncode == 0 for each in said] == [True, True, False, False]
    assert "ADD COLUMN author" in said[1].stdout
    assert not any(PASSWORD in each.stdout for each in said)
