# SPDX-License-Identifier: GPL-3.0-or-later
"""Each tool is told to run what the gate let through, and nothing else; where it cannot be told, nothing is run."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.hybrid.rollout.plugins.filter.migration_commands import migration_commands


def commands(tool: str, pending: list[str], apply: list[str], applied: str = "1", **options: Any) -> list[list[str]]:
    """Without the commands that only show."""
    return [found["argv"] for found in found_for(tool, pending, apply, applied, **options) if not found["shows"]]


def shown(tool: str, pending: list[str], apply: list[str], applied: str = "1") -> list[list[str]]:
    return [found["argv"] for found in found_for(tool, pending, apply, applied) if found["shows"]]


def found_for(tool: str, pending: list[str], apply: list[str], applied: str, **options: Any) -> list[dict[str, Any]]:
    standings = [{"name": applied, "state": "applied"}] if applied else []
    standings += [{"name": name, "state": "pending"} for name in pending]
    database = {"name": "quotes", "tool": tool, "program": ["/opt/tool"], **options}
    state = {"name": "quotes", "stores": [{"migrations": standings}]}
    return migration_commands([database], [state], [{"database": "quotes", "migrations": apply}])


@pytest.mark.parametrize(
    ("tool", "names", "expected"),
    [
        ("alembic", ["a2", "a3"], [["upgrade", "a2"], ["upgrade", "a3"]]),
        ("efcore", ["2_b", "3_c"], [["3_c"]]),
        ("flyway", ["2", "2.1", "R__views"], [["-target=2.1", "migrate"]]),
        ("flyway", ["R__views"], [["-target=current", "migrate"]]),
        ("liquibase", ["f::2::me", "f::3::me"], [["update-count", "--count=2"]]),
        ("sqitch", ["quotes:b", "quotes:c"], [["deploy", "--mode", "change", "--to-change", "c"]]),
        ("dbmate", ["2", "3"], [["--no-dump-schema", "migrate"]]),
        ("dbup", ["2.sql"], [[]]),
        ("dacpac", ["Table dbo.Quotes"], [["/Action:Publish"]]),
    ],
)
def test_a_tool_is_told_where_to_stop_in_its_own_words(tool: str, names: list[str], expected: list[list[str]]) -> None:
    assert commands(tool, names, names) == [["/opt/tool", *words] for words in expected]


@pytest.mark.parametrize("tool", ["alembic", "efcore", "flyway", "liquibase", "sqitch"])
def test_one_that_stops_leaves_what_is_held_behind_it(tool: str) -> None:
    assert commands(tool, ["p:2", "p:3"], ["p:2"])
    assert not any("3" in word for argv in commands(tool, ["p:2", "p:3"], ["p:2"]) for word in argv)


@pytest.mark.parametrize("tool", ["dacpac", "dbmate", "dbup"])
def test_one_that_cannot_stop_is_not_started_while_something_is_held(tool: str) -> None:
    with pytest.raises(
        AnsibleFilterError, match=f"{tool} runs everything that is pending and cannot stop behind 2, and 3 is held"
    ):
        commands(tool, ["2", "3"], ["2"])


def test_a_program_of_the_team_stops_if_they_say_so() -> None:
    with pytest.raises(AnsibleFilterError, match="cannot stop"):
        commands("yoyo", ["2", "3"], ["2"], preset="command")
    assert commands("yoyo", ["2", "3"], ["2"], preset="command", stops_at_target=True) == [["/opt/tool"]]


@pytest.mark.parametrize("tool", ["alembic", "liquibase"])
def test_no_tool_is_told_to_leave_one_out_that_it_would_run_on_the_way(tool: str) -> None:
    with pytest.raises(AnsibleFilterError, match="would have to leave out 2 and run later ones"):
        commands(tool, ["2", "3"], ["3"])
    with pytest.raises(AnsibleFilterError, match="would have to leave out 3 and run later ones"):
        commands(tool, ["2", "3", "4"], ["2", "4"])


def test_flyway_runs_repeatable_ones_in_any_case_so_a_held_one_holds_all() -> None:
    with pytest.raises(AnsibleFilterError, match="R__views is held"):
        commands("flyway", ["2", "R__views"], ["2"])


def test_a_tool_that_nobody_knows_to_run_needs_a_program() -> None:
    with pytest.raises(AnsibleFilterError, match="nothing is known of how to run yoyo; there are alembic, command, "):
        commands("yoyo", ["2"], ["2"])


def test_where_nothing_may_run_no_tool_is_started() -> None:
    assert found_for("dbmate", ["2"], [], "1") == []


def test_what_stands_behind_the_words_comes_last_and_the_sql_is_shown_where_the_tool_writes_it() -> None:
    assert commands("sqitch", ["p:2"], ["p:2"], arguments=["db:pg:quotes"])[0][-2:] == ["2", "db:pg:quotes"]
    assert shown("alembic", ["a2", "a3"], ["a2", "a3"], "a1") == [
        ["/opt/tool", "upgrade", "a1:a2", "--sql"],
        ["/opt/tool", "upgrade", "a2:a3", "--sql"],
    ]
    assert shown("alembic", ["a1"], ["a1"], "")[0][2] == "base:a1"
    assert shown("liquibase", ["2"], ["2"]) == [["/opt/tool", "update-count-sql", "--count=1"]]
    assert shown("sqitch", ["p:2"], ["p:2"]) == []
