# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is known of, by whom, and why a member keeps a contract from running."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.fleet import (
    Listed,
    Pulled,
    Sources,
    against,
    members_seen,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate_fleet import pulled_from
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate_versions import ReleaseOrder

NOW = 10_000.0
APP1, APP2 = Listed("app1", "app1", "1.3"), Listed("app2", "srv2", "1.3")


def reasons(*inventory: Listed, **more: Any) -> list[tuple[str, str]]:
    sources = Sources(inventory=inventory or (APP1, APP2), now=NOW, **more)
    return [(reason.verdict, reason.words) for reason in against(sources, members_seen(sources), "1.3", ReleaseOrder())]


def in_haproxy(*servers: str) -> dict[tuple[str, str], list[str]]:
    """The same list in both pools of lb1, and one pool of lb2 that only the first servers are in."""
    return {
        ("lb1", "quotes"): list(servers),
        ("lb1", "quotes_maintenance"): list(servers),
        ("lb2", "quotes"): ["app1", "srv2"],
    }


def test_a_fleet_of_which_everybody_says_the_release_or_a_newer_one_has_nothing_against_it() -> None:
    newer = Listed("app2", "srv2", "1.10")
    assert reasons(APP1, newer, servers=in_haproxy("app1", "srv2"), ledger=["app1", "app2"]) == []


CASES: list[tuple[str, dict[str, Any], str, str]] = [
    ("older", {"inventory": [APP1, Listed("app2", "srv2", "1.2")]}, "failed", "app2 runs 1.2 (it says), which is older than 1.3"),
    ("silent", {"inventory": [Listed("app2", "srv2", None, "cannot be reached: timed out")]}, "undecided", "app2 cannot be reached: timed out"),
    ("no version", {"inventory": [Listed("app2", "srv2")]}, "undecided", "app2 did not say its version"),
    ("no order", {"inventory": [Listed("app2", "srv2", "main-4f2")]}, "undecided", "app2 runs main-4f2 (it says), which cannot be ordered against 1.3"),
    ("HAProxy only", {"servers": in_haproxy("app1", "srv2", "app9")}, "undecided", "app9 is a server of HAProxy (lb1 pool quotes, lb1 pool q"),
    ("ledger only", {"ledger": ["app1", "old7"]}, "undecided", "old7 is in the ledger and not in the inventory"),
    ("endpoint down", {"unasked": {"lb2": "timed out"}}, "could_not_ask", "which servers lb2 has is not known: timed out"),
    ("nobody at all", {"inventory": []}, "undecided", "no member is known"),
    ("pulled, older", {"pulled": [Pulled("shop1", "1.2", NOW)]}, "failed", "shop1 runs 1.2 (its zone says), which is older than 1.3"),
    ("pulled, no version", {"pulled": [Pulled("shop1", None, NOW)]}, "undecided", "shop1 has no version in its zone's report"),
    ("pulled, no time", {"pulled": [Pulled("shop1", "1.3", None)]}, "undecided", "shop1 was seen by its zone at a time that nobody knows"),
    ("pulled, long ago", {"pulled": [Pulled("shop1", "1.3", NOW - 3601)]}, "undecided", "shop1 was last seen by its zone 3601 s ago"),
    ("pulled, to come", {"pulled": [Pulled("shop1", "1.3", NOW + 61)]}, "undecided", "shop1 was seen by its zone 61 s from now, so a clock is wrong"),
    ("two reports", {"pulled": [Pulled("shop1", "1.2", NOW), Pulled("shop1", "1.3", NOW)]}, "failed", "shop1 runs 1.2"),
    ("pulled, in the ledger", {"pulled": [Pulled("shop1", "1.3", NOW)], "ledger": ["shop1"]}, "undecided", "shop1 is in the ledger and not in the inventory"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "verdict", "words"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_one_member_is_enough_to_block_and_is_named_with_why(given: dict[str, Any], verdict: str, words: str) -> None:
    sources = Sources(**{"inventory": [APP1], "now": NOW, **given})
    if "servers" in given:
        sources = Sources(**{"inventory": [APP1, APP2], "now": NOW, **given})
    (reason,) = against(sources, members_seen(sources), "1.3", ReleaseOrder())
    assert reason.verdict == verdict
    assert reason.words.startswith(words), reason.words


def test_a_fresh_report_of_its_zone_speaks_for_a_member_that_cannot_be_reached_from_here() -> None:
    shop = Listed("shop1", "shop1", None, "has no health_url to be asked at")
    assert reasons(APP1, shop) == [("undecided", "shop1 has no health_url to be asked at")]
    assert reasons(APP1, shop, pulled=[Pulled("shop1", "1.3", NOW - 3600)]) == []
    both = [("failed", "shop1 runs 1.2 (its zone says), which is older than 1.3")]
    assert reasons(Listed("shop1", "shop1", "1.3"), pulled=[Pulled("shop1", "1.2", NOW)]) == both


def test_a_user_vouches_by_name_for_retired_members_and_for_servers_of_others() -> None:
    servers = in_haproxy("app1", "srv2", "store1")
    vouched = {"retired": frozenset({"old7"}), "of_others": frozenset({"store1"})}
    assert reasons(servers=servers, ledger=["old7"], **vouched) == []
    seen_again = reasons(servers=in_haproxy("app1", "srv2", "old7"), ledger=["old7"], **vouched)
    assert "old7 is a server of HAProxy" in seen_again[0][1]
    assert "older than 1.3" in reasons(pulled=[Pulled("old7", "1.2", NOW)], **vouched)[0][1]


def test_each_member_is_told_with_every_place_where_it_was_seen() -> None:
    sources = Sources(
        [APP1, APP2], in_haproxy("app1", "srv2"), ledger=["app1"], pulled=[Pulled("shop1", "1.3", NOW)], now=NOW
    )
    places = ["inventory", "lb1 pool quotes", "lb1 pool quotes_maintenance", "lb2 pool quotes"]
    assert {member.name: list(member.where) for member in members_seen(sources)} == {
        "app1": [*places, "ledger"],
        "app2": places,
        "shop1": ["zone"],
    }


ORDERS = [
    ("the same text", "main", "main", [], [], True),
    ("plain numbers", "1.10", "1.9", [], [], True),
    ("plain numbers, older", "1.9", "1.10", [], [], False),
    ("zeros at the end", "1.3", "1.3.0", [], [], True),
    ("no plain numbers", "1.4-rc1", "1.3", [], [], None),
    ("the ledger met it later", "b", "a", [], [["a"], ["b"]], True),
    ("the ledger met it before", "a", "b", [], [["a"], ["b"]], False),
    ("the ledger met both at once", "a", "b", [], [["a", "b"], ["c"]], None),
    ("a second time counts for nothing", "a", "b", [], [["a"], ["b"], ["a"]], False),
    ("a fix of an old release was rolled out later", "1.2.1", "1.3", [], [["1.3"], ["1.2.1"]], None),
    ("what the user says decides", "1.2.1", "1.3", ["1.2.1", "1.3"], [["1.3"], ["1.2.1"]], False),
    ("what the user leaves out is as before", "1.4", "1.3", ["a", "1.3"], [], True),
]


@pytest.mark.parametrize(
    ("version", "release", "said", "history", "answer"), [case[1:] for case in ORDERS], ids=[case[0] for case in ORDERS]
)
def test_versions_are_ordered_only_where_their_order_is_known(
    version: str, release: str, said: list[str], history: list[list[str]], answer: bool | None
) -> None:
    assert ReleaseOrder(said, history).at_least(version, release) is answer


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("10000", NOW),
        ("1970-01-01T02:46:40Z", NOW),
        ("1970-01-01T04:46:40+02:00", NOW),
        ("1970-01-01T02:46:40", None),
        ("soon", None),
        (None, None),
    ],
)
def test_a_time_without_its_offset_is_not_known(text: str | None, seconds: float | None) -> None:
    assert pulled_from([{"member": "shop1", "version": "1.3", "seen_at": text}]) == [Pulled("shop1", "1.3", seconds)]
