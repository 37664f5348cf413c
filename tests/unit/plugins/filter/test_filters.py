# SPDX-License-Identifier: GPL-3.0-or-later
"""What the playbooks compute before they have a host to ask."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.hybrid.rollout.plugins.filter.batch_sizes import batch_sizes
from ansible_collections.hybrid.rollout.plugins.filter.service_hosts import service_hosts
from ansible_collections.hybrid.rollout.plugins.filter.service_members import service_members

GROUPS = {"all": ["a", "b"], "ungrouped": [], "quotes": ["b", "a"], "empty": []}


def test_a_service_has_its_groups_hosts_in_the_inventorys_order() -> None:
    assert service_hosts("quotes", GROUPS) == ["b", "a"]


@pytest.mark.parametrize(
    ("service", "words"),
    [
        ("", "No service is named: .* empty, quotes"),
        ("qoutes", "Unknown service qoutes: .* empty, quotes"),
        ("empty", "Service empty has no members"),
    ],
)
def test_a_service_that_cannot_be_meant_is_an_error_and_never_an_empty_play(service: str, words: str) -> None:
    with pytest.raises(AnsibleFilterError, match=words):
        service_hosts(service, GROUPS)


def test_a_member_is_called_in_haproxy_as_in_the_inventory_unless_said_otherwise() -> None:
    hostvars = {
        "a": {"rollout_health_url": "http://a/health"},
        "b": {"rollout_health_url": "http://b/health", "rollout_server_name": "web-b", "rollout_zone": "north"},
    }
    assert service_members(["a", "b"], hostvars) == [
        {
            "name": "a",
            "server": "a",
            "health_url": "http://a/health",
            "zone": None,
            "also_in_pools": [],
            "excluded": None,
        },
        {
            "name": "b",
            "server": "web-b",
            "health_url": "http://b/health",
            "zone": "north",
            "also_in_pools": [],
            "excluded": None,
        },
    ]


def test_a_plan_is_told_what_each_member_fetches() -> None:
    hostvars = {
        "a": {"rollout_health_url": "http://a/health", "rollout_artifact_url": "http://store/quotes.zip"},
        "b": {"rollout_health_url": "http://b/health", "rollout_artifact_sha256": "d" * 64},
    }
    fetched = [(m["artifact_url"], m["artifact_sha256"]) for m in service_members(["a", "b"], hostvars, artifacts=True)]
    assert fetched == [("http://store/quotes.zip", None), (None, "d" * 64)]


def test_a_member_without_a_health_address_is_named() -> None:
    with pytest.raises(AnsibleFilterError, match="a has no rollout_health_url"):
        service_members(["a"], {"a": {}})


def test_batches_are_counted_in_the_order_of_their_numbers() -> None:
    groups = {
        "rollout_batch_10": ["j", "k", "l"],
        "rollout_batch_2": ["b", "c"],
        "rollout_batch_1": ["a"],
        "rollout_batches": ["x"],
    }
    assert batch_sizes(groups) == [1, 2, 3]
    assert batch_sizes({"all": []}) == [1]
