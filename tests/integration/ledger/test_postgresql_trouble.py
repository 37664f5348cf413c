# SPDX-License-Identifier: GPL-3.0-or-later
"""A ledger in PostgreSQL, whose server goes away: nothing is done that is not written, and the next one goes on.

Needs root and the tree of `tests/lab/lab base postgresql`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count

import psycopg
import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.claims import claim, finish
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.owner import Owner
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.runs import (
    NewRun,
    PlannedMember,
    open_run,
    read_run,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger, LedgerFailed, alone
from ansible_collections.hybrid.rollout.tests.integration.ledger._postgresql import PostgreSQL

MEMBERS = [PlannedMember(name, 1, "1.0") for name in ("app1", "app2")]
NEW = NewRun("quotes", "1.1", "d" * 64, "http://store/q", MEMBERS, {}, "hash", 0)
HERE = Owner.of_process(os.getpid())
NAMES = count(1)

pytestmark = pytest.mark.xdist_group("one PostgreSQL that is restarted")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgreSQL]:
    """One of its own, because it is restarted."""
    server = PostgreSQL(tmp_path_factory.mktemp("postgresql"))
    yield server
    server.stop()


@pytest.fixture
def address(server: PostgreSQL) -> str:
    return server.new_database(f"trouble_{next(NAMES)}")


def test_a_restart_between_two_claims_is_not_noticed(server: PostgreSQL, address: str) -> None:
    with Ledger.open(address) as ledger:
        run = open_run(ledger, NEW, HERE).id
        claim(ledger, run, "app1")
        server.restart()
        finish(ledger, run, "app1", "done", None)
        assert claim(ledger, run, "app2") == 1
        assert [row["state"] for row in read_run(ledger, run)["claims"]] == ["finished", "claimed"]


def test_a_server_that_dies_in_the_middle_of_a_transaction_takes_it_back(server: PostgreSQL, address: str) -> None:
    with Ledger.open(address) as ledger:
        run = open_run(ledger, NEW, HERE).id
        with (
            pytest.raises(LedgerFailed, match="Nothing is done that cannot be written down first"),
            ledger.transaction(),
        ):
            ledger.write_event(run, "claimed", member="app1")
            server.restart()
            ledger.write_event(run, "claimed", member="app2")
        assert [event["kind"] for event in ledger.events(run)] == ["run_opened"]
        claim(ledger, run, "app1")


def test_a_server_that_is_not_there_is_told_with_its_address_and_no_password(server: PostgreSQL, address: str) -> None:
    server.kill()
    try:
        with pytest.raises(
            LedgerFailed, match=r"postgresql://rollout@127\.0\.0\.1:\d+/trouble.*whether its database is up"
        ):
            Ledger.open(address)
    finally:
        server.start()


def test_a_controller_that_is_lost_gives_its_lock_back(server: PostgreSQL, address: str) -> None:
    Ledger.open(address).close()
    process = os.fork()
    if not process:
        with alone(address):
            os._exit(0)
    assert os.waitpid(process, 0)[1] == 0
    with alone(address):
        pass


def test_tables_of_somebody_else_are_not_touched(server: PostgreSQL, address: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE TABLE runs (marathon TEXT); COMMENT ON TABLE runs IS 'of the sports club'")
    with pytest.raises(LedgerFailed, match="has format"):
        Ledger.open(address)
    with psycopg.connect(address) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert tables == [("runs",)]


def test_what_a_program_said_is_kept_whatever_its_bytes(address: str) -> None:
    with Ledger.open(address) as ledger:
        run = open_run(ledger, NEW, HERE).id
        claim(ledger, run, "app1")
        finish(ledger, run, "app1", "out", "it said \\x00 \0 and \udcff")
        reason = read_run(ledger, run)["claims"][0]["reason"]
        assert reason is not None
        assert reason.startswith("it said")
