# SPDX-License-Identifier: GPL-3.0-or-later
"""What the ledger knows of a member, and of the version before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Optional

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.claims import claim, finish
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.history import WayBack, way_back
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.looking_back import last_claims
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.owner import Owner
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.runs import NewRun, PlannedMember, open_run
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger

GONE = Owner.of_process(2**22 + 1)


@pytest.fixture
def ledger(address: str) -> Iterator[Ledger]:
    seconds = iter(range(1000, 100_000))
    with Ledger.open(address, lambda: float(next(seconds))) as ledger:
        yield ledger


def run(
    ledger: Ledger, version: str, members: dict[str, Optional[str]], versions: Optional[dict[str, str]] = None
) -> str:
    """A run whose controller is gone at once; ``members`` with what each ran before."""
    planned = [PlannedMember(name, 1, before) for name, before in members.items()]
    plan = {"versions": versions} if versions else {}
    digest = "" if versions else "ab" * 32
    return open_run(ledger, NewRun("quotes", version, digest, "", planned, plan, "hash", len(planned)), GONE).id


def test_the_latest_run_that_began_with_a_member_counts(ledger: Ledger) -> None:
    first = run(ledger, "1.1", {"app1": "1.0", "app2": "1.0", "app3": "1.0"})
    claim(ledger, first, "app1")
    finish(ledger, first, "app1", "done", None)
    claim(ledger, first, "app2")
    second = run(ledger, "1.2", {"app1": "1.1", "app3": "1.0"})
    claim(ledger, second, "app1")
    finish(ledger, second, "app1", "out", "no disk")
    found = last_claims(ledger, "quotes")
    assert set(found) == {"app1", "app2"}
    assert (found["app1"].version, found["app1"].outcome, found["app1"].reason) == ("1.2", "out", "no disk")
    assert (found["app2"].run, found["app2"].version, found["app2"].outcome) == (first, "1.1", None)


def test_a_run_that_brought_members_back_had_a_version_of_its_own_for_each(ledger: Ledger) -> None:
    mending = run(ledger, "reconcile", {"app1": "1.0", "app2": None}, versions={"app1": "1.1", "app2": "1.0"})
    claim(ledger, mending, "app1")
    assert last_claims(ledger, "quotes")["app1"].version == "1.1"
    assert way_back(ledger, "quotes") is None


def test_the_version_to_go_back_to_is_what_most_members_ran_before_the_latest_rollout(ledger: Ledger) -> None:
    assert way_back(ledger, "quotes") is None
    first = run(ledger, "1.1", {"app1": "0.9"})
    claim(ledger, first, "app1")
    second = run(ledger, "1.2", {"app1": "1.1", "app2": "1.1", "app3": "0.9", "app4": "0.8"})
    for member in ("app1", "app2", "app3"):
        claim(ledger, second, member)
        finish(ledger, second, member, "done", None)
    assert way_back(ledger, "quotes") == WayBack("1.1", "1.2", second)
    assert way_back(ledger, "orders") is None
