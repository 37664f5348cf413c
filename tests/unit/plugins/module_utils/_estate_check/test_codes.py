# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check import (
    rules_between,
    rules_configuration,
    rules_connections,
    rules_runtime,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.codes import CODES
from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.finding import SEVERITIES, Spot, findings_of

PAGE = Path(__file__).parents[5] / "docs/estate_check.md"


def places(code: str) -> str:
    asked = code in rules_runtime.RULES or code in rules_between.RULES
    read = code in rules_configuration.RULES or code == "pools_differ"
    inventory = code in rules_connections.RULES
    return ", ".join(["endpoint"] * asked + ["configuration"] * read + ["inventory"] * inventory)


def test_every_code_has_a_rule_and_every_rule_a_code() -> None:
    rules = (rules_between, rules_configuration, rules_connections, rules_runtime)
    assert {code for room in rules for code in room.RULES} == set(CODES)
    assert {code.severity for code in CODES.values()} == set(SEVERITIES)


def test_the_page_lists_every_code_as_it_is_reported() -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `") and " | " in line]
    listed = [row for row in rows if not row.startswith("| `rollout_")]
    assert listed == [
        f"| `{name}` | {code.severity} | {places(name)} | {code.why} | {code.cure} |" for name, code in CODES.items()
    ]


def test_what_many_servers_inherit_from_one_line_is_said_once() -> None:
    found = list(findings_of("slow_checks", [Spot("lb:3", "app1"), Spot("lb:3", "app2"), Spot("lb:9", "app3")]))
    assert [(finding.where, finding.what) for finding in found] == [("lb:3", "app1"), ("lb:9", "app3")]
