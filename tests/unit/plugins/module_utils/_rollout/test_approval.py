# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a plan is approved: its hash stands while an approver reads, and changes with whatever matters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.approval import (
    approved_part,
    differences,
    hash_of,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.estate import LeftOut, Member
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._rollout._planned import FOUR, member, plan

Make = Callable[..., dict[str, Any]]


def made(*first: Member, **others: Any) -> dict[str, Any]:
    """Four members, the first of them as given."""
    return plan(*first, *FOUR[len(first) :], **{"batch": "2", **others})


MATTERS = {
    "the batch": (
        {"batch": "1"},
        "app3 was in batch 2, now it is in batch 3; app4 was in batch 3, now it is in batch 4",
    ),
    "the mode": ({"mode": "sliding"}, "app4 was in batch 3, now it is in batch 2; mode was batches, now it is sliding"),
    "the canary": ({"canary": 0}, "app2 was in batch 2, now it is in batch 1"),
    "the floor": ({"min_active": "1"}, "min_active was 50%, now it is 1"),
    "the budget": ({"failure_budget": 1}, "failure_budget was 0, now it is 1"),
    "a limit": ({"max_out_per_pool": "2"}, 'limits was {"pools": {}, "zones": {}}, now it is {"pools": {"quotes": 2}'),
    "a skipped member": ({"skipped": [LeftOut("app9", None, "offline")]}, 'skipped_offline was [], now it is ["app9"]'),
    "a limit of hosts": ({"limited_away": [LeftOut("app9", None)]}, 'left_out_by_limit was [], now it is ["app9"]'),
    "a way that is not verified": (
        {"unverified": [{"name": "app2", "lacks": ["no TLS"], "reason": "not yet"}]},
        'unverified_connections was [], now it is [{"lacks": ["no TLS"], "name": "app2", "reason": "not yet"}]',
    ),
    "the artifact of a platform": (
        {"artifacts": {"app2": "e" * 64}},
        f"the sha256 of app2 was the release's, now it is {'e' * 64}",
    ),
}
CHANGED_MEMBERS = {
    "another version to come from": (member("app1", "0.9"), "the version of app1 was 1.0, now it is 0.9"),
    "another zone": (member("app1", zone="b"), "the zone of app1 was unknown, now it is b"),
    "done meanwhile": (member("app1", "1.1"), "app1 was in batch 1, now it is in none"),
}


@pytest.mark.parametrize(("others", "words"), MATTERS.values(), ids=MATTERS)
def test_another_wish_is_another_plan_and_is_said(others: dict[str, Any], words: str) -> None:
    before, now = made(), made(**others)
    assert hash_of(before) != hash_of(now)
    said = "; ".join(differences(approved_part(before), approved_part(now)))
    assert words in said


@pytest.mark.parametrize(("changed", "words"), CHANGED_MEMBERS.values(), ids=CHANGED_MEMBERS)
def test_another_member_is_another_plan_and_is_said(changed: Member, words: str) -> None:
    before, now = made(), made(changed)
    assert hash_of(before) != hash_of(now)
    assert words in differences(approved_part(before), approved_part(now))


def test_a_member_that_came_anew_is_said() -> None:
    now = plan(*FOUR, member("app5"), batch="2")
    assert differences(approved_part(made()), approved_part(now)) == ["app5 is new in batch 3"]


def test_another_release_or_digest_is_said_first() -> None:
    before = approved_part(made())
    now = {**before, "version": "1.2", "sha256": "e" * 64}
    assert differences(before, now) == [
        "quotes 1.1 was approved, this is quotes 1.2",
        f"the artifact's digest was {'d' * 64}, now it is {'e' * 64}",
    ]


def test_what_changes_while_an_approver_reads_leaves_the_hash_alone() -> None:
    """Expected times move a little, another service's server in a shared pool comes up, a reason is worded otherwise."""
    shared = member("app1", pools=["api"], seconds=60)
    before = made(shared, strangers={"api": 2}, skipped=[LeftOut("app9", None, "offline: timed out")])
    later = made(
        member("app1", pools=["api"], seconds=63),
        strangers={"api": 3},
        skipped=[LeftOut("app9", None, "offline: no route to host")],
    )
    assert before != later
    assert hash_of(before) == hash_of(later)


def test_the_order_in_which_python_keeps_a_plan_does_not_matter() -> None:
    plan_now = made()
    assert hash_of(plan_now) == hash_of(dict(reversed(list(plan_now.items()))))
