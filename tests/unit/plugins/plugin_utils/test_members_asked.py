# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is asked and planned: not those that an operator excluded, and not those that a --limit cuts away."""

from __future__ import annotations

from typing import Any, Optional

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.hybrid.rollout.plugins.filter.service_hosts import service_hosts
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.plugin_utils._members_asked import part

GROUPS = {
    "all": ["app1", "app2", "app3", "lb1"],
    "ungrouped": [],
    "quotes": ["app1", "app2", "app3"],
    "load_balancers": ["lb1"],
    "north": ["app1"],
}


def named(name: str, excluded: Optional[str] = None) -> dict[str, Any]:
    return {"name": name, "zone": "a", "excluded": excluded}


def test_without_a_limit_everybody_is_asked() -> None:
    asked, excluded, limited = part([named("app1"), named("app2")], None)
    assert ([member["name"] for member in asked], excluded, limited) == (["app1", "app2"], [], [])


def test_excluded_and_limited_members_keep_their_zone_and_their_reason() -> None:
    asked, excluded, limited = part([named("app1"), named("app2", "in repair"), named("app3")], ["app1", "app2"])
    assert [member["name"] for member in asked] == ["app1"]
    assert [(left.name, left.zone, left.reason) for left in excluded] == [("app2", "a", "excluded: in repair")]
    assert [(left.name, left.zone, left.reason) for left in limited] == [("app3", "a", "")]


def test_a_limit_to_somebody_who_is_no_member_is_refused() -> None:
    with pytest.raises(BadInput, match="limited_to names app9, which is no member of the service"):
        part([named("app1")], ["app1", "app9"])


@pytest.mark.parametrize(
    "limit", ["app1", "app1,app3", "quotes", "north", "app*", "quotes:!app2", "~app[12]", ["app2"]]
)
def test_a_limit_that_leaves_members_is_respected(limit: Any) -> None:
    assert service_hosts("quotes", GROUPS, limit) == ["app1", "app2", "app3"]


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (
            "app9",
            "--limit names app9, which the inventory does not have: it would be left out without a word. quotes has app1",
        ),
        ("app1,lb1", "--limit names lb1, which is no member of quotes: only members are rolled out"),
        ("load_balancers", "--limit load_balancers leaves no member of quotes: it has app1, app2, app3"),
        ("quotes:!app*", "leaves no member of quotes"),
    ],
)
def test_a_limit_that_cannot_be_meant_is_refused_with_the_reason(limit: str, words: str) -> None:
    with pytest.raises(AnsibleFilterError, match=words):
        service_hosts("quotes", GROUPS, limit)


def test_a_limit_by_a_file_is_read_as_ansible_reads_it(tmp_path: Any) -> None:
    (tmp_path / "retry").write_text("app1\napp9\n")
    with pytest.raises(AnsibleFilterError, match="--limit names app9"):
        service_hosts("quotes", GROUPS, f"@{tmp_path}/retry")
    (tmp_path / "retry").write_text("app1\n\napp2\n")
    assert service_hosts("quotes", GROUPS, f"@{tmp_path}/retry")
