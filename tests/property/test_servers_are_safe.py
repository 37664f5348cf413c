# SPDX-License-Identifier: GPL-3.0-or-later
"""For any estate, wish and trouble of haproxy_server: the floor holds at every order, nobody broken serves, ``changed`` and check mode
tell the truth, a second run has nothing to do, and what can be reached is put back."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, Optional

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError, TimedOut
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.server import set_servers
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.server_step import ServerStep
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.wish import (
    read_patience,
    read_selection,
    read_wish,
)
from ansible_collections.hybrid.rollout.tests.property._balancer import Balancer, Trouble
from ansible_collections.hybrid.rollout.tests.property._estates import (
    MAINTENANCE,
    ONLINE,
    SHARES,
    TROUBLES,
    assert_nobody_suffered,
    assert_put_back,
    balancers,
    examples,
    facts,
    one_in,
    opened,
    standings,
)
from ansible_collections.hybrid.rollout.tests.property._model_server import ModelServer
from hypothesis import given
from hypothesis import strategies as st

Params = dict[str, Any]
MAYBE = 3
WAITS: dict[Optional[str], list[Optional[str]]] = {
    None: [None, None, None, None, "healthy", "drained", "removable"],
    "ready": [None, "healthy", "healthy"],
    "drain": [None, "drained", "drained"],
    "maint": [None, "drained", "drained", "removable"],
    "absent": [None, None, "removable"],
}
USUAL: Params = {
    **dict.fromkeys(("weight", "ramp", "address", "port", "maxconn", "agent", "health", "backends", "wait_for")),
    "min_matches": 1,
    "timeout_seconds": 8.0,
    "poll_interval_seconds": 1.0,
}
PARAMETERS: list[list[str]] = [[], ["check"], ["check", "inter 2s"], ["check", "weight 50"], ["check backup"]]


@st.composite
def wishes(draw: st.DrawFn, estate: list[Balancer]) -> Params:
    """Options of haproxy_server that go together."""
    pools = sorted(estate[0].pools)
    if draw(one_in(4)):
        return draw(creations(pools))
    state = draw(st.sampled_from([None, "ready", "ready", "drain", "maint", "maint", "absent"]))
    wait_for = draw(st.sampled_from(WAITS[state]))
    on_timeouts = ["restore", "restore", "fail", "maint", *([] if wait_for == "healthy" else ["shutdown_sessions"])]
    ramps = state in (None, "ready") and draw(one_in(MAYBE))
    weights = ["0", "0%", "1", "50", "256", "50%", "100%"]
    steps = draw(st.lists(st.sampled_from([1, 10, 50, 100]), min_size=1, unique=True)) if ramps else []
    wish = {
        "state": state,
        "weight": draw(st.sampled_from(weights)) if not ramps and draw(one_in(MAYBE)) else None,
        "ramp": {"steps": sorted(steps), "interval_seconds": 1.0} if steps else None,
        "address": draw(st.sampled_from([None, None, None, "10.0.0.1", "10.0.0.2"])),
        "port": draw(st.sampled_from([None, None, None, 8080, 8081])),
        "maxconn": draw(st.sampled_from([None, None, None, 0, 100, 200])),
        "agent": draw(st.sampled_from([None] * 5 + ["disabled"] * 5 + ["enabled"])),
        "health": draw(st.sampled_from([None] * 6 + ["disabled", "enabled"])),
        "wait_for": wait_for,
    }
    if not any(value is not None for value in wish.values()):
        wish["state"] = "ready"
    if state == "absent":
        wish = {**dict.fromkeys(wish), "state": state, "wait_for": wait_for}
    members = draw(st.lists(st.sampled_from(sorted(estate[0].pools[ONLINE])), min_size=1, max_size=3, unique=True))
    return {
        **USUAL,
        **wish,
        "servers": draw(st.sampled_from([members, members, ["app*"]])),
        "match": "glob",
        "backends": draw(st.sampled_from([[ONLINE], [ONLINE, MAINTENANCE], pools, [pools[-1]], None])),
        "on_timeout": draw(st.sampled_from(on_timeouts)),
        "min_active": draw(SHARES),
    }


@st.composite
def creations(draw: st.DrawFn, pools: list[str]) -> Params:
    """Options of haproxy_server that add servers, or find them there."""
    state = draw(st.sampled_from([None, "maint", "ready", "ready"]))
    ramps = state == "ready" and draw(one_in(MAYBE))
    return {
        **USUAL,
        "create": {"parameters": draw(st.sampled_from(PARAMETERS))},
        "servers": draw(st.lists(st.sampled_from(["app0", "new1", "new2"]), min_size=1, unique=True)),
        "match": "name",
        "backends": draw(st.lists(st.sampled_from([ONLINE, MAINTENANCE]), min_size=1, unique=True)),
        "address": draw(st.sampled_from(["10.0.0.1", "10.0.0.9"])),
        "port": 8080,
        "maxconn": draw(st.sampled_from([None, 0, 100])),
        "state": state,
        "weight": draw(st.sampled_from([None, "0", "70", "50%"])) if not ramps else None,
        "ramp": {"steps": [50, 100], "interval_seconds": 1.0} if ramps else None,
        "agent": draw(st.sampled_from([None, "disabled"])),
        "wait_for": draw(st.sampled_from([None, "healthy"])) if state == "ready" else None,
        "on_timeout": draw(st.sampled_from(["restore", "restore", "fail", "maint"])),
        "min_active": draw(SHARES),
    }


def run(estate: list[Balancer], params: Params, check_mode: bool) -> tuple[Params, Optional[RolloutError]]:
    opening, clock = opened(estate)
    step = ServerStep(opening, read_selection(params), read_wish(params), read_patience(params), clock)
    try:
        return set_servers(step, check_mode), None
    except RolloutError as error:
        return error.result, error


def left_alone(params: Params, error: Optional[RolloutError]) -> bool:
    """What is late stays where it is, because the task says so."""
    return isinstance(error, TimedOut) and params["on_timeout"] in ("fail", "maint")


@examples(50)
@given(st.data())
def test_check_mode_foretells_and_changed_is_right(data: st.DataObject) -> None:
    estate = data.draw(balancers())
    params = data.draw(wishes(estate))
    before, began = facts(estate), standings(estate)
    foretold, refusal = run(estate, params, check_mode=True)
    assert all(balancer.told == [] for balancer in estate)
    assert facts(estate) == before
    done, error = run(estate, params, check_mode=False)
    told = any(balancer.told for balancer in estate)
    assert done["changed"] == told
    assert [foretold[key] for key in ("changes", "diff")] == [done[key] for key in ("changes", "diff")]
    assert_nobody_suffered(estate, params["min_active"], list(estate[0].pools))
    if refusal:
        assert (str(refusal), type(refusal), told) == (str(error), type(error), False)
    elif error:
        if not left_alone(params, error):
            assert_put_back(began, estate, done["not_put_back"])
    elif done["waited"]["forced"]:
        # Nobody knows beforehand whether sessions will be left at the deadline.
        assert done["changed"]
    else:
        assert done["changed"] == foretold["changed"] == (facts(estate) != before)
        again, none = run(deepcopy(estate), params, check_mode=False)
        assert (again["changes"], again["changed"], none) == ([], False, None)


@examples(50)
@given(st.data())
def test_when_one_endpoint_fails_all_that_can_be_reached_is_put_back(data: st.DataObject) -> None:
    estate = data.draw(balancers())
    params = data.draw(wishes(estate))
    data.draw(st.sampled_from(estate)).trouble = data.draw(TROUBLES)
    began = standings(estate)
    done, error = run(estate, params, check_mode=False)
    assert_nobody_suffered(estate, params["min_active"], list(estate[0].pools))
    assert done["changed"] or not any(balancer.told for balancer in estate)
    if error and not left_alone(params, error):
        assert_put_back(began, estate, done["not_put_back"])


def two_that_delete() -> list[Balancer]:
    """The first of them refuses its first order."""
    estate = [Balancer(f"lb{number}", {ONLINE: {"app0": ModelServer(admin=1, well=True)}}) for number in range(2)]
    estate[0].trouble = Trouble(when=1, done=0, dies=False)
    return estate


def test_what_one_balancer_deleted_before_another_refused_is_named() -> None:
    """Random estates hardly ever come to this one."""
    estate = two_that_delete()
    began = standings(estate)
    wanted = {"servers": ["app0"], "match": "name", "state": "absent", "on_timeout": "restore", "min_active": "0"}
    done, error = run(estate, {**USUAL, **wanted}, check_mode=False)
    assert error
    assert done["not_put_back"] == [f"lb1: {ONLINE}/app0 is deleted for good"]
    assert_put_back(began, estate, done["not_put_back"])


def test_the_law_knows_a_server_that_nobody_told_to_delete() -> None:
    estate = two_that_delete()
    began = standings(estate)
    words = [f"lb1: {ONLINE}/app0 is deleted for good"]
    del estate[1].pools[ONLINE]["app0"]
    with pytest.raises(AssertionError, match="deleted for good"):
        assert_put_back(began, estate, words)
    estate[0].trouble = None
    estate[1].told = [f"del server {ONLINE}/app0"]
    with pytest.raises(AssertionError, match="deleted for good"):
        assert_put_back(began, estate, words)


def test_a_server_that_is_late_takes_no_other_one_out() -> None:
    """Random estates come to this one in a thousand times."""
    late, serving = ModelServer(admin=1, well=False), ModelServer(admin=0, well=True)
    estate = [Balancer("lb0", {ONLINE: {"app0": late, "app1": serving}})]
    wanted = {
        "servers": ["app*"],
        "match": "glob",
        "state": "ready",
        "weight": "50",
        "wait_for": "healthy",
        "on_timeout": "maint",
        "min_active": "1",
    }
    _done, error = run(estate, {**USUAL, **wanted}, check_mode=False)
    assert isinstance(error, TimedOut)
    assert (late.standing, serving.standing, estate[0].lowest) == ("maintenance", "ready", {ONLINE: 1})
