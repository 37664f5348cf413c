# SPDX-License-Identifier: GPL-3.0-or-later
"""yoyo, with what its files depend on and the row of its lock."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.model import AHEAD, APPLIED, PENDING, Lock
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.reader import READERS
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._migrations._schemas import (
    Schemas,
    history,
    release_of,
    states,
)
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._migrations._tables import TABLES

FILES = {
    "0001.users.py": "from yoyo import step\n__depends__ = {'9999.base'}\nsteps = [step(open('/nowhere').read())]\n",
    "0002.orders.sql": "-- why\n-- depends: 0001.users 0003.stock\nCREATE TABLE o (a int);\n-- depends: 0009.no\n",
    "0002.orders.rollback.sql": "DROP TABLE o",
    "0003.stock.sql": "CREATE TABLE s (a int)",
    "9999.base.sql": "",
    "post-apply.grants.sql": "",
}


def test_dependencies_come_first_and_rollbacks_and_hooks_are_no_migrations(tmp_path: Path) -> None:
    session = Schemas(
        TABLES["yoyo"], "INSERT INTO _yoyo_migration VALUES ('h', '9999.base', 't1'), ('i', '0004.later', 't2')"
    )
    found = states("yoyo", session, release_of(tmp_path, FILES))
    assert list(found.items()) == [
        ("0003.stock", PENDING),
        ("9999.base", APPLIED),
        ("0001.users", PENDING),
        ("0002.orders", PENDING),
        ("0004.later", AHEAD),
    ]
    needs = {one.name: list(one.needs) for one in READERS["yoyo"].migrations(tmp_path)}
    assert needs["0002.orders"] == ["0001.users", "0003.stock"]


def test_the_row_of_the_lock_stays_when_its_holder_is_killed() -> None:
    free = Schemas(TABLES["yoyo"])
    taken = Schemas(TABLES["yoyo"], "INSERT INTO yoyo_lock VALUES (1, '2024-01-01 10:00', 4711)")
    never = Schemas(TABLES["yoyo"], "DROP TABLE yoyo_lock")
    assert history("yoyo", free).lock == Lock(held=False)
    assert history("yoyo", taken).lock == Lock(True, "process 4711", "2024-01-01 10:00", outlives_holder=True)
    assert history("yoyo", never).lock == Lock(held=None)
