# SPDX-License-Identifier: GPL-3.0-or-later
"""Forty members want three slots at the same moment, each from a process of its own. Never more than three are at work.

Needs root and the tree of `tests/lab/lab base postgresql` for the ledger in PostgreSQL.
"""

from __future__ import annotations

import os
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context

import psycopg
import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger import claims
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.limits import Limits
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.owner import Owner
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.runs import (
    NewRun,
    PlannedMember,
    open_run,
    read_run,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.waiting import claim_within
from ansible_collections.hybrid.rollout.tests.integration.ledger._postgresql import PostgreSQL

CLAIMERS, SLOTS = 40, 3
MEMBERS = [f"app{number:02}" for number in range(CLAIMERS)]
LIMITS = {
    "the window": Limits(window=SLOTS),
    "a zone": Limits(zones={"north": SLOTS}),
    "a pool": Limits(pools={"quotes": SLOTS}),
}

pytestmark = pytest.mark.xdist_group("many processes")


def work(address: str, run: str, member: str) -> None:
    """What one member's play does, with a moment of work."""
    with Ledger.open(address) as ledger:
        claim_within(ledger, run, member, 120, Clock(time.monotonic, time.sleep))
        time.sleep(random.uniform(0, 0.02))
        claims.finish(ledger, run, member, "done", None)


@pytest.mark.parametrize("limits", LIMITS.values(), ids=LIMITS)
def test_never_more_than_three_are_at_work_and_everybody_gets_a_turn(address: str, limits: Limits) -> None:
    with Ledger.open(address) as ledger:
        members = [PlannedMember(name, 1, "1.0", zone="north", pools=["quotes"]) for name in MEMBERS]
        new = NewRun("quotes", "1.1", "d" * 64, "http://store/q", members, {}, "hash", 0, limits)
        run = open_run(ledger, new, Owner.of_process(os.getpid())).id
    processes = [get_context("fork").Process(target=work, args=(address, run, member)) for member in MEMBERS]
    for process in processes:
        process.start()
    for process in processes:
        process.join(200)
    assert [process.exitcode for process in processes] == [0] * CLAIMERS
    with Ledger.open(address) as ledger:
        at_work = most = 0
        for event in ledger.events(run):
            at_work += {"claimed": 1, "finished": -1}.get(event["kind"], 0)
            most = max(most, at_work)
        assert most == SLOTS
        found = read_run(ledger, run)
        assert {claim["outcome"] for claim in found["claims"]} == {"done"}
        assert found["state"] == "done"


def test_to_count_first_and_then_to_take_lets_too_many_in(postgresql: PostgreSQL) -> None:
    """The way that looks right: it shows that this test could see a ledger that does it."""
    address = postgresql.new_database("naive")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE TABLE slots (member TEXT)")
    together = threading.Barrier(CLAIMERS)

    def take(member: str) -> None:
        with psycopg.connect(address, autocommit=True) as connection:
            together.wait()
            row = connection.execute("SELECT count(*) FROM slots").fetchone()
            if row is not None and row[0] < SLOTS:
                connection.execute("INSERT INTO slots VALUES (%s)", (member,))

    with ThreadPoolExecutor(CLAIMERS) as threads:
        list(threads.map(take, MEMBERS))
    with psycopg.connect(address) as connection:
        row = connection.execute("SELECT count(*) FROM slots").fetchone()
    assert row is not None
    assert row[0] > SLOTS
