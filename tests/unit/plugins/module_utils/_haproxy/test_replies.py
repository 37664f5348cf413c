# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import EndpointFailed, NotFound
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.client import Client
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.commands import Action, Order
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import Admin, ServerKey

from .conftest import LB1, recorded, recorded_snapshot

APP1 = ServerKey("lb1", "quotes", "app1")


def test_an_answer_becomes_servers_process_and_level() -> None:
    seen = recorded_snapshot("app3_down_others_online")
    assert list(seen.pools["quotes"]) == ["app1", "app2", "app3", "plain", "spare"]
    assert seen.level == "admin"
    assert seen.process.version == "2.6.12-1+deb12u4"
    assert seen.process.epoch.pid > 1
    assert seen.process.epoch.start_time > 1_700_000_000


def test_serving_asks_both_the_operator_and_the_checks() -> None:
    servers = recorded_snapshot("app3_down_others_online").pools["quotes"]
    assert servers["app1"].serving
    assert not servers["app3"].serving
    assert servers["app3"].ready
    assert servers["app3"].check.words() == "L4CON Layer4 connection problem, Connection refused"
    assert servers["spare"].backup


def test_admin_bits_are_read_and_not_the_status_text() -> None:
    seen = recorded_snapshot("app1_in_maintenance_app2_draining")
    assert seen.pools["quotes"]["app1"].forced_out
    assert seen.pools["quotes"]["app2"].draining
    assert seen.pools["quotes_maintenance"]["app1"].ready
    disabled = seen.pools["quotes_maintenance"]["app2"].admin
    assert "forced_maintenance" in disabled.words()


def test_the_gate_is_passed_only_when_all_fresh_checks_have_passed() -> None:
    begun = recorded_snapshot("app1_gate_just_begun").server(APP1)
    passed = recorded_snapshot("app1_gate_passed").server(APP1)
    assert begun.check.status.endswith("L7OK")
    assert (begun.up, begun.check.passed) == (False, False)
    assert (passed.up, passed.check.passed, passed.draining) == (True, True, True)


def test_a_follower_tells_whom_it_follows() -> None:
    follower = recorded_snapshot("follower_in_inherited_maintenance", "followers").pools["followers"]["f1"]
    assert follower.admin == Admin.INHERITED_MAINTENANCE
    assert follower.tracked == "quotes/app1"
    assert not follower.check.configured


def test_a_server_without_check_is_told_apart_from_one_whose_check_is_paused() -> None:
    servers = recorded_snapshot("app1_in_maintenance_app2_draining").pools["quotes"]
    assert not servers["plain"].check.configured
    assert servers["app1"].check.configured
    assert servers["app1"].check.paused


def test_an_unknown_pool_is_named_in_haproxys_words() -> None:
    with pytest.raises(NotFound, match="no pool nope.*Can't find backend") as caught:
        recorded_snapshot("unknown_pool", "nope", "quotes")
    assert caught.value.endpoint == "lb1"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("told_as_operator", "Permission denied"),
        ("told_unknown_server", "No such server."),
        ("told_health_of_follower", "cannot change health on a tracking server."),
    ],
)
def test_anything_but_silence_to_an_order_is_a_failure_that_quotes_it(answer: str, words: str) -> None:
    client = Client(LB1, lambda _endpoint, _line: recorded(answer))
    with pytest.raises(EndpointFailed) as caught:
        client.tell([Order(APP1, Action.DRAIN)])
    assert words in str(caught.value)
    assert words in str(caught.value.reply)
    assert caught.value.command == "set server quotes/app1 state drain;show cli level"


def test_silence_with_the_level_after_it_is_success() -> None:
    Client(LB1, lambda _endpoint, _line: recorded("told_and_done")).tell([Order(APP1, Action.DRAIN)])


def test_a_connection_that_closes_without_a_word_is_no_success() -> None:
    client = Client(LB1, lambda _endpoint, _line: "")
    with pytest.raises(EndpointFailed, match="without a word"):
        client.tell([Order(APP1, Action.DRAIN)])
    with pytest.raises(EndpointFailed, match="without a word"):
        client.read(["quotes"])


@pytest.mark.parametrize("part", [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.999])
def test_an_answer_that_breaks_off_anywhere_is_a_failure_and_never_half_a_truth(part: float) -> None:
    whole = recorded("app3_down_others_online")
    client = Client(LB1, lambda _endpoint, _line: whole[: int(whole.rindex("admin") * part)])
    with pytest.raises(EndpointFailed, match="broke off its answer"):
        client.read(["quotes", "quotes_maintenance"])


def test_an_answer_in_another_format_is_quoted() -> None:
    strange = "1\n# be_id be_name srv_name\n4 quotes app1\n\nadmin\n\n"
    with pytest.raises(EndpointFailed, match="cannot be read"):
        Client(LB1, lambda _endpoint, _line: strange).read(["quotes"])
