# SPDX-License-Identifier: GPL-3.0-or-later
"""Forty processes of four services claim at the same moment, and three members of their zone may be at work: never more are, and everybody gets a turn."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

import psycopg
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger import runs
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hybrid.rollout.tests.integration.ledger._server import Server
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._ledger._quotes import outcomes, start

CLAIMERS, SERVICES, SLOTS = 40, 4, 3
CLAIMER = """
import sys, time
from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger import claims, waiting
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger
address, run, member = sys.argv[1:]
waiting.POLL_SECONDS = 0.2
with Ledger.open(address) as ledger:
    print("ready", flush=True)
    sys.stdin.readline()
    waiting.claim_within(ledger, run, member, 240, Clock(time.monotonic, time.sleep))
    time.sleep(0.3)  # at work
    claims.finish(ledger, run, member, "done", None)
"""
NAIVE = """
import sys, time
import psycopg
address, member = sys.argv[1], sys.argv[3]
with psycopg.connect(address, autocommit=True) as ledger:
    print("ready", flush=True)
    sys.stdin.readline()
    if ledger.execute("SELECT count(*) FROM work").fetchone()[0] < 3:
        time.sleep(1)  # what a busy machine may do to anybody between two statements
        ledger.execute("INSERT INTO work VALUES (%s)", (member,))
"""


def let_go(program: str, address: str, in_turn: Sequence[str]) -> None:
    """Start all claimers, and let them claim when the last of them is ready."""
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program, address, in_turn[number % len(in_turn)], f"app{number}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(CLAIMERS)
    ]
    for one in started:
        assert one.stdout
        assert one.stdout.readline() == "ready\n"
    for one in started:
        assert one.stdin
        one.stdin.write("go\n")
        one.stdin.flush()
    for one in started:
        _said, complaint = one.communicate(timeout=280)
        assert one.returncode == 0, complaint


def most_at_work(ledger: Ledger) -> int:
    """By the order of the events, which is the order of the transactions."""
    at_work, most = 0, 0
    for event in ledger.rows("SELECT kind FROM events ORDER BY seq"):
        at_work += {"claimed": 1, "finished": -1}.get(event["kind"], 0)
        most = max(most, at_work)
    return most


def test_never_more_than_three_of_forty_and_everybody_gets_a_turn(store: str) -> None:
    with Ledger.open(store) as ledger:
        members = [f"app{number}" for number in range(CLAIMERS)]
        started = [
            start(
                ledger,
                " ".join(members[part::SERVICES]),
                service=f"service{part}",
                zone="rack1",
                zones={"rack1": SLOTS},
            )
            for part in range(SERVICES)
        ]
        let_go(CLAIMER, ledger.path, started)
        assert most_at_work(ledger) <= SLOTS
        assert {outcome for run in started for outcome in outcomes(ledger, run).values()} == {"done"}
        assert runs.open_runs(ledger) == []


def test_the_usual_way_to_count_and_then_write_lets_more_than_three_start(server: Server) -> None:
    """What the story above would see."""
    address = server.new_database()
    with psycopg.connect(address, autocommit=True) as reader:
        reader.execute("CREATE TABLE work (member text)")
        let_go(NAIVE, address, ["no run"])
        found = reader.execute("SELECT count(*) FROM work").fetchone()
    assert found
    assert found[0] > SLOTS
