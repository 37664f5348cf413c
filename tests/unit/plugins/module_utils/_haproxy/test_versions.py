# SPDX-License-Identifier: GPL-3.0-or-later
"""Every HAProxy that was recorded says the same things in the same situations, and they are understood the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import EndpointFailed, NotFound
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.client import Client
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.commands import Action, Order
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import Admin, ServerKey, Snapshot

from .conftest import LB1

RECORDED = Path(__file__).parents[4] / "fixtures/haproxy"
VERSIONS = sorted(place.name for place in RECORDED.glob("[0-9].[0-9]"))
DRAIN = Order(ServerKey("lb1", "quotes", "app1"), Action.DRAIN)


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    return request.param


def said(version: str, situation: str) -> Client:
    text = (RECORDED / version / f"{situation}.txt").read_text(encoding="ascii")
    return Client(LB1, lambda _endpoint, _line: text)


def read(version: str, situation: str, *pools: str) -> Snapshot:
    return said(version, situation).read(pools or ("quotes", "quotes_maintenance"))


def test_the_three_that_are_tested_are_among_them() -> None:
    assert {"2.6", "3.0", "3.2"} <= set(VERSIONS)


def test_it_tells_its_version_and_what_its_socket_allows(version: str) -> None:
    assert read(version, "app3_down_others_online").process.version.startswith(f"{version}.")
    assert read(version, "app3_down_others_online").level == "admin"
    assert read(version, "operator_level", "quotes").level == "operator"


def test_a_member_that_is_down_is_told_from_those_that_serve(version: str) -> None:
    servers = read(version, "app3_down_others_online").pools["quotes"]
    assert [servers[name].serving for name in ("app1", "app2", "app3")] == [True, True, False]
    assert servers["app3"].ready


def test_maintenance_and_drain_are_told_apart(version: str) -> None:
    seen = read(version, "app1_in_maintenance_app2_draining")
    assert seen.pools["quotes"]["app1"].forced_out
    assert seen.pools["quotes"]["app2"].draining
    assert seen.pools["quotes_maintenance"]["app1"].ready


def test_a_gate_that_has_begun_is_told_from_one_that_was_passed(version: str) -> None:
    begun = read(version, "app1_gate_just_begun").pools["quotes"]["app1"]
    passed = read(version, "app1_gate_passed").pools["quotes"]["app1"]
    assert (begun.draining, begun.up, begun.check.passed) == (True, False, False)
    assert (passed.draining, passed.up, passed.check.passed) == (True, True, True)


def test_a_follower_tells_whom_it_follows(version: str) -> None:
    followers = read(version, "follower_in_inherited_maintenance", "followers").pools["followers"].values()
    assert [one.tracked for one in followers if one.admin == Admin.INHERITED_MAINTENANCE] == ["quotes/app1"]


def test_an_unknown_pool_is_named(version: str) -> None:
    with pytest.raises(NotFound, match="no pool nope.*Can't find backend"):
        read(version, "unknown_pool", "nope", "quotes")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("told_as_operator", "Permission denied"),
        ("told_unknown_server", "No such server."),
        ("told_health_of_follower", "cannot change health on a tracking server."),
    ],
)
def test_a_refused_order_is_quoted_and_a_silent_one_is_done(version: str, answer: str, words: str) -> None:
    said(version, "told_and_done").tell([DRAIN])
    with pytest.raises(EndpointFailed, match=words):
        said(version, answer).tell([DRAIN])
