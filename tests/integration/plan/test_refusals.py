# SPDX-License-Identifier: GPL-3.0-or-later
"""What cannot be meant is refused in the words of docs/bad_input.md, before anything was changed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.tests.integration.plan.conftest import Played, Service
from ansible_collections.hybrid.rollout.tests.integration.plan.test_plan_playbook import hash_in

GUIDE = (Path(__file__).parents[3] / "docs/bad_input.md").read_text(encoding="utf-8")
LIMITS = [
    ("a limit that names a host the inventory does not have", "app1,app9"),
    ("a limit that names a host of another service", "store1"),
    ("a limit that leaves nobody", "stores"),
]
WISHES: list[tuple[str, dict[str, Any]]] = [
    ("a share of nothing", {"rollout_max_out_per_pool": "0"}),
    ("a mode that is none", {"rollout_mode": "rolling"}),
    (
        "a window that could go below the floor",
        {"rollout_mode": "sliding", "rollout_canary": 0, "rollout_batch": "2", "rollout_min_active": "2"},
    ),
    ("a plan that cannot be written", {"rollout_plan_path": "/nowhere/quotes.plan.json"}),
]


def refused_as_documented(played: Played, case: str) -> bool:
    match = re.search(rf"^## {re.escape(case)}$.*?^    (.+?)$", GUIDE, re.IGNORECASE | re.MULTILINE | re.DOTALL)
    assert match, f"docs/bad_input.md has no message under the heading {case!r}"
    pattern = ".+".join(re.escape(part) for part in match[1].split("…"))
    assert re.search(pattern, played.line), f"documented: {match[1]}\n{played.output}"
    return played.exit_code != 0


@pytest.mark.parametrize(("case", "limit"), LIMITS, ids=[case for case, _limit in LIMITS])
def test_a_limit_that_cannot_be_meant(service: Service, case: str, limit: str) -> None:
    assert refused_as_documented(service.plan("--limit", limit), case)


@pytest.mark.parametrize(("case", "wish"), WISHES, ids=[case for case, _wish in WISHES])
def test_a_wish_that_cannot_be(service: Service, case: str, wish: dict[str, Any]) -> None:
    assert refused_as_documented(service.plan(**wish), case)


def test_an_offline_member_without_a_policy(service: Service) -> None:
    service.take_offline("app3")
    assert refused_as_documented(service.plan(), "members that are offline")


@pytest.mark.parametrize("given", ["rollout_artifact_sha256", "plan_artifact_sha256"])
def test_one_digest_for_the_artifacts_of_two_platforms(service: Service, given: str) -> None:
    service.hosts["app3"]["rollout_artifact_url"] = "http://127.0.0.1/quotes-1.1.zip"
    service.hosts["app3"]["rollout_artifact_sha256"] = "e" * 64
    assert refused_as_documented(service.plan(**{given: "f" * 64}), "one digest for several artifacts")


def test_zones_of_which_one_is_missing(service: Service) -> None:
    del service.hosts["app3"]["rollout_zone"]
    played = service.plan(rollout_max_out_per_zone="1")
    assert refused_as_documented(played, "a share of zones where a member has none")


def test_an_approved_plan_that_does_not_hold_any_more(service: Service) -> None:
    approved = hash_in(service.plan(rollout_plan_path=str(service.plan_file)).output)
    proof = {"rollout_approved_plan": approved, "rollout_approved_plan_path": str(service.plan_file)}
    assert service.plan(**proof).exit_code == 0
    service.runs("app2", "1.1")
    assert refused_as_documented(service.plan(**proof), "a plan that is not the approved one")
    service.plan_file.write_text("{}")
    assert refused_as_documented(service.plan(**proof), "an approved plan's file that is another file")
