# SPDX-License-Identifier: GPL-3.0-or-later
"""What no real HAProxy can be made to do on cue, on a stand-in and a clock of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import (
    EndpointFailed,
    Refused,
    RolloutError,
    TimedOut,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.placement import Wanted
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.pool import place
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.rotation import Limits, Rotation

from .conftest import FakeClock, StandIn, estate_of, recorded


def rotation(time: FakeClock, placement: str, standins: dict[str, StandIn], **limits: Any) -> Rotation:
    chosen = {
        "min_active": "1",
        "drain_timeout": 60.0,
        "on_drain_timeout": "restore",
        "rejoin_timeout": 30.0,
        "poll_interval": 0.5,
    }
    wanted = Wanted(placement, ["app1"], "quotes")
    return Rotation(estate_of(**standins), wanted, Limits(**{**chosen, **limits}), time.clock)


def run(time: FakeClock, placement: str, standins: dict[str, StandIn], **limits: Any) -> dict[str, Any]:
    return place(rotation(time, placement, standins, **limits), check_mode=False)


def pair() -> dict[str, StandIn]:
    return {"lb1": StandIn("app1", "app2"), "lb2": StandIn("app1", "app2")}


def test_one_quiet_poll_is_not_enough(time: FakeClock) -> None:
    standins = pair()
    sessions = iter([1, 1, 0, 1, 0, 0])

    def next_poll(line: str) -> None:
        if line.startswith("show") and standins["lb1"].admin["app1"] == 8:
            standins["lb1"].sessions["app1"] = next(sessions)

    standins["lb1"].before = next_poll
    run(time, "offline", standins)
    assert list(sessions) == []
    assert standins["lb1"].told == ["set server quotes/app1 state drain", "set server quotes/app1 state maint"]


def test_nobody_is_set_to_maintenance_before_the_slowest_endpoint_is_idle(time: FakeClock) -> None:
    standins = pair()
    standins["lb2"].sessions["app1"] = 1

    def finish(_line: str) -> None:
        if time.seconds >= 10:
            standins["lb2"].sessions["app1"] = 0
        else:
            assert standins["lb1"].admin["app1"] in (0, 8)

    standins["lb2"].before = finish
    result = run(time, "offline", standins)
    assert 10 <= result["waited"]["drain_seconds"] <= 11


def test_a_drain_deadline_holds_to_the_second_and_gives_the_last_observation(time: FakeClock) -> None:
    standins = pair()
    standins["lb2"].sessions["app1"] = 3
    with pytest.raises(TimedOut, match="lb2: quotes/app1 still has 3 sessions") as caught:
        run(time, "offline", standins, drain_timeout=7.0)
    assert caught.value.result["waited"]["drain_seconds"] == 7.0
    assert [standin.admin["app1"] for standin in standins.values()] == [0, 0]
    assert all("health" not in text for standin in standins.values() for text in standin.told)


@pytest.mark.parametrize("ends", [True, False], ids=["and ends", "and does not end"])
def test_who_comes_in_the_last_moment_before_maintenance_is_waited_for(time: FakeClock, ends: bool) -> None:
    standins = pair()
    lb1 = standins["lb1"]

    def come(line: str) -> None:
        if "state maint" in line:
            lb1.sessions["app1"] = 1
            arrived.append(time.seconds)
        elif arrived and ends and time.seconds >= arrived[0] + 3:
            lb1.sessions["app1"] = 0

    arrived: list[float] = []
    lb1.before = come
    if ends:
        assert run(time, "offline", standins)["waited"]["drain_seconds"] >= 3
        assert [standin.admin["app1"] for standin in standins.values()] == [1, 1]
    else:
        with pytest.raises(TimedOut, match="lb1: quotes/app1 still has 1 sessions"):
            run(time, "offline", standins)


def test_sessions_are_shut_down_in_maintenance_where_nobody_comes_any_more(time: FakeClock) -> None:
    standins = pair()
    lb1 = standins["lb1"]
    lb1.sessions["app1"] = 3
    lb1.broken["show sess"] = recorded("sessions")

    def cut(line: str) -> None:
        if line.startswith("shutdown sessions"):
            assert [standin.admin["app1"] for standin in standins.values()] == [1, 1]
            lb1.sessions["app1"] = 0

    lb1.before = cut
    result = run(time, "offline", standins, on_drain_timeout="shutdown_sessions")
    assert result["waited"]["forced"]
    assert [(left["endpoint"], left["requests"], left["tunnels"]) for left in result["waited"]["left"]] == [
        ("lb1", 2, 2)
    ]


def test_nobody_comes_back_before_fresh_checks_have_passed_on_every_endpoint(time: FakeClock) -> None:
    standins = pair()
    for standin in standins.values():
        standin.admin["app1"] = 1

    def check(_line: str) -> None:
        if time.seconds >= 12:
            standins["lb2"].health["app1"] = 4
        if time.seconds >= 3:
            standins["lb1"].health["app1"] = 4
        assert time.seconds >= 12 or standins["lb1"].admin["app1"] in (1, 8)

    standins["lb2"].before = check
    result = run(time, "online", standins)
    assert 12 <= result["waited"]["rejoin_seconds"] <= 13
    gate = [
        "set server quotes/app1 state drain",
        "set server quotes/app1 health down",
        "set server quotes/app1 state ready",
    ]
    assert standins["lb1"].told == standins["lb2"].told == gate


def test_a_gate_that_stays_shut_puts_the_member_back_into_maintenance(time: FakeClock) -> None:
    standins = pair()
    for standin in standins.values():
        standin.admin["app1"] = 1
    with pytest.raises(TimedOut, match="not fit for customers after 30.0 s: lb1: quotes/app1 DOWN, check says L7OK"):
        run(time, "online", standins)
    assert [standin.admin["app1"] for standin in standins.values()] == [1, 1]


def test_a_check_that_is_paused_outside_maintenance_is_named_as_the_reason(time: FakeClock) -> None:
    standins = pair()
    standins["lb1"].admin["app1"] = 1
    standins["lb1"].check_state = 14
    with pytest.raises(TimedOut, match="the check is paused, 'enable health' lets it run"):
        run(time, "online", standins)


def test_an_endpoint_that_refuses_a_command_in_the_middle_makes_all_go_back_through_fresh_checks(
    time: FakeClock,
) -> None:
    standins = pair()
    standins["lb2"].broken["state maint"] = "No luck today.\n\nadmin\n\n"

    def checks_pass(_line: str) -> None:
        for standin in standins.values():
            standin.health["app1"] = 4

    standins["lb2"].before = checks_pass
    with pytest.raises(EndpointFailed, match="No luck today.*put back") as caught:
        run(time, "offline", standins)
    assert standins["lb1"].told[-3:] == [
        "set server quotes/app1 state drain",
        "set server quotes/app1 health down",
        "set server quotes/app1 state ready",
    ]
    assert [standin.admin["app1"] for standin in standins.values()] == [0, 0]
    assert caught.value.result["not_put_back"] == []
    assert caught.value.failure()["endpoint"] == "lb2"


def test_what_does_not_come_back_in_time_is_said(time: FakeClock) -> None:
    standins = pair()
    standins["lb2"].broken["state maint"] = "No luck today.\n\nadmin\n\n"
    with pytest.raises(EndpointFailed, match="NOT put back: lb1: quotes/app1 is ready again but does not serve yet"):
        run(time, "offline", standins)


def test_the_lock_is_held_while_looking_and_draining_and_not_while_waiting(time: FakeClock) -> None:
    standins = pair()
    held: list[bool] = [False]
    log: list[tuple[str, bool]] = []
    standins["lb1"].before = lambda line: log.append((line.split(";")[0], held[0]))

    @contextmanager
    def lock() -> Iterator[None]:
        held[0] = True
        yield
        held[0] = False

    place(rotation(time, "offline", standins), check_mode=False, exclusive=lock())
    look, drain, wait = "show servers state", "set server quotes/app1 state drain", "show servers state quotes"
    assert log[:4] == [(look, False), (look, True), (drain, True), (wait, False)]
    assert not any(is_held for _line, is_held in log[3:])


def test_what_another_call_took_before_the_lock_was_free_counts(time: FakeClock) -> None:
    standins = pair()

    @contextmanager
    def lock() -> Iterator[None]:
        standins["lb1"].admin["app2"] = 8
        yield

    with pytest.raises(Refused, match="0 would be left, 1 must be. .*Nothing was changed"):
        place(rotation(time, "offline", standins), check_mode=False, exclusive=lock())
    assert standins["lb1"].told == []


def test_a_member_that_is_ready_but_down_is_not_called_online(time: FakeClock) -> None:
    standins = pair()
    standins["lb2"].health["app1"] = 0
    with pytest.raises(TimedOut, match="lb2: quotes/app1 DOWN"):
        run(time, "online", standins)
    assert standins["lb2"].told == []


@pytest.mark.parametrize("placement", ["online", "offline"])
def test_a_failure_carries_the_same_keys_as_a_success(time: FakeClock, placement: str) -> None:
    standins = pair()
    whole = set(run(time, placement, standins))
    standins["lb2"].broken["show"] = ""
    with pytest.raises(RolloutError) as caught:
        run(time, placement, standins)
    assert set(caught.value.result) == whole


def test_a_server_that_a_new_configuration_took_away_is_said_and_the_rest_is_put_back(time: FakeClock) -> None:
    standins = pair()
    lb1 = standins["lb1"]

    def reconfigure(line: str) -> None:
        if line.startswith("show") and lb1.admin.get("app1") == 8:
            lb1.pid = 200
            del lb1.admin["app1"]

    lb1.before = reconfigure
    with pytest.raises(EndpointFailed, match="lb1: quotes/app1 is gone") as caught:
        run(time, "offline", standins)
    assert caught.value.result["not_put_back"] == ["lb1: quotes/app1 is gone: its pool no longer has it"]
    assert caught.value.result["put_back"] == ["lb2: quotes/app1 is ready again"]


def test_a_placement_that_a_restart_forgot_is_a_failure(time: FakeClock) -> None:
    standins = pair()
    lb1 = standins["lb1"]
    maintained: list[str] = []

    def restart(line: str) -> None:
        if line.startswith("show") and lb1.admin["app1"] == 1:
            maintained.append(line)
            if len(maintained) == 2:
                lb1.pid, lb1.admin["app1"] = 200, 0

    lb1.before = restart
    with pytest.raises(EndpointFailed, match=r"does not hold: lb1: quotes/app1 says UP.*pid 100 -> 200"):
        run(time, "offline", standins)
    assert standins["lb2"].told[-1] == "set server quotes/app1 state ready"
