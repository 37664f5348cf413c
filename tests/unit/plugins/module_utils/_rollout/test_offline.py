# SPDX-License-Identifier: GPL-3.0-or-later
"""Members where nobody answers: left out only by policy, and always listed."""

from __future__ import annotations

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import Refused
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.offline import part_offline
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.table import as_table
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.words import in_words
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._rollout._planned import member, names, plan

HERE = member("app1")
AWAY = member("app2", None, "online", False, zone="a", silent="10.0.0.2 port 8080: timed out")


def test_by_default_an_offline_member_refuses_the_plan_with_the_reason() -> None:
    with pytest.raises(
        Refused, match=r"1 of 2 members are offline.*app2 \(10.0.0.2 port 8080: timed out\).*offline=skip"
    ):
        part_offline([HERE, AWAY], "refuse")


def test_skipped_by_policy_it_is_listed_with_the_reason_and_never_planned() -> None:
    present, away = part_offline([HERE, AWAY], "skip")
    made = plan(*present, min_active="0", skipped=away)
    assert names(made) == ["app1"]
    assert made["skipped_offline"] == [{"name": "app2", "reason": "offline: 10.0.0.2 port 8080: timed out"}]
    line = "skipped: app2, offline: 10.0.0.2 port 8080: timed out"
    assert f"  {line}" in in_words(made)
    assert line in as_table(made, "h")
    assert away[0].zone == "a"


def test_planned_by_policy_it_goes_first() -> None:
    present, away = part_offline([HERE, AWAY], "plan")
    assert (names(plan(*present, min_active="0")), away) == (["app2", "app1"], [])


def test_a_silent_member_that_an_endpoint_still_sends_customers_to_is_not_offline() -> None:
    serving = member("app2", None, silent="10.0.0.2 port 8080: timed out")
    assert part_offline([HERE, serving], "refuse") == ([HERE, serving], [])
