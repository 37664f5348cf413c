# SPDX-License-Identifier: GPL-3.0-or-later
"""Wrong input is answered in one clear line, before anything was changed. The messages stand in docs/bad_input.md.

Needs root and the lab.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.tests.integration.rollout import fleet

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("whole_at_1_0")]

GUIDE = (fleet.TOP / "docs/bad_input.md").read_text(encoding="utf-8")
SAME = {"rollout_service": "quotes", "rollout_version": "1.1"}
CASES: list[tuple[str, dict[str, Any]]] = [
    ("unknown service", {"rollout_service": "qoutes", "rollout_version": "1.1"}),
    ("no service named", {"rollout_version": "1.1"}),
    ("no version named", {"rollout_service": "quotes"}),
    ("version not found", {**SAME, "rollout_version": "9.9"}),
    ("a version that cannot be one", {**SAME, "rollout_version": "../1.1"}),
    ("a pool that is not on an endpoint", {**SAME, "rollout_online_pool": "qoutes"}),
    ("a server name that differs from the inventory name", {**SAME, "rollout_server_name": "web1"}),
    ("a floor that cannot be met", {**SAME, "rollout_min_active": "100%"}),
    ("a batch larger than the pool", {**SAME, "rollout_batch": "5"}),
    ("a share that is neither count nor percentage", {**SAME, "rollout_batch": "some"}),
]


def documented(case: str) -> str:
    """The message that the guide shows under the case's heading."""
    match = re.search(rf"^## {re.escape(case)}$.*?^    (.+?)$", GUIDE, re.IGNORECASE | re.MULTILINE | re.DOTALL)
    assert match, f"docs/bad_input.md has no message under the heading {case!r}"
    return match[1]


def as_one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(("case", "extra"), CASES, ids=[case for case, _extra in CASES])
def test_it_is_refused_as_documented_and_nothing_was_changed(case: str, extra: dict[str, Any]) -> None:
    played = fleet.play("hybrid.rollout.deploy", **extra)
    assert played.exit_code != 0
    assert played.run is None
    assert documented(case) in as_one_line(played.output)
    assert fleet.is_whole("1.0")


def test_an_empty_group_is_refused_as_documented(tmp_path: Path) -> None:
    (tmp_path / "empty.yml").write_text("all: {children: {empty: {hosts: {}}}}\n")
    played = fleet.play(
        "hybrid.rollout.deploy", inventory=tmp_path / "empty.yml", rollout_service="empty", rollout_version="1.1"
    )
    assert played.exit_code != 0
    assert documented("an empty group") in as_one_line(played.output)


def test_a_server_name_that_differs_has_its_option() -> None:
    names = "{{ inventory_hostname }}"
    played = fleet.deploy("1.1", rollout_server_name=names, **fleet.QUICK)
    assert played.exit_code == 0, played.output
