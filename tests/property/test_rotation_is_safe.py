# SPDX-License-Identifier: GPL-3.0-or-later
"""For any estate, wish and trouble: the floor holds at every moment, nobody broken serves, ``changed`` and check mode tell the truth,
and what can be reached is put back."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError, TimedOut
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.client import Client
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.endpoint import Endpoint
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.estate import Estate
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.floor import floor_of
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.placement import Wanted
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.pool import place
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.rotation import Limits, Rotation
from ansible_collections.hybrid.rollout.tests.property._balancer import Balancer, ModelServer, Trouble
from hypothesis import given, settings
from hypothesis import strategies as st

ONLINE, MAINTENANCE = "quotes", "quotes_maintenance"
ADMINS = st.sampled_from([0, 0, 0, 0, 1, 5, 8])
SHARES = st.one_of(st.integers(0, 5).map(str), st.sampled_from(["10%", "34%", "50%", "67%", "100%"]))


@st.composite
def servers(draw: st.DrawFn, admin: Optional[int] = None) -> ModelServer:
    follows = draw(st.sampled_from([""] * 9 + ["other/app1"]))
    return ModelServer(
        admin=draw(ADMINS if admin is None else st.sampled_from([admin, admin, 0]))
        | (2 if follows and draw(st.booleans()) else 0),
        well=draw(st.sampled_from([True, True, False])),
        checked=not follows and draw(st.sampled_from([True] * 5 + [False])),
        backup=draw(st.sampled_from([False] * 6 + [True])),
        follows=follows,
        sessions=draw(st.integers(0, 3)),
        endless=draw(st.sampled_from([False] * 7 + [True])),
    )


@st.composite
def balancers(draw: st.DrawFn) -> list[Balancer]:
    names = [f"app{number}" for number in range(draw(st.integers(1, 5)))]
    return [
        Balancer(
            f"lb{number}",
            {
                ONLINE: {name: draw(servers()) for name in names},
                MAINTENANCE: {name: draw(servers(admin=1)) for name in names},
            },
            ONLINE,
        )
        for number in range(draw(st.integers(1, 3)))
    ]


@st.composite
def wishes(draw: st.DrawFn, estate: list[Balancer]) -> tuple[Wanted, Limits]:
    members = draw(st.lists(st.sampled_from(sorted(estate[0].pools[ONLINE])), min_size=1, unique=True))
    maintenance = draw(st.sampled_from([MAINTENANCE, MAINTENANCE, None]))
    placement = draw(st.sampled_from(["online", "offline", "maintenance" if maintenance else "online"]))
    at_timeout = draw(st.sampled_from(["restore", "restore", "shutdown_sessions", "fail"]))
    return Wanted(placement, members, ONLINE, maintenance), Limits(draw(SHARES), 5.0, at_timeout, 8.0, 1.0)


TROUBLES = st.builds(Trouble, st.integers(1, 4), st.integers(0, 3), st.booleans())


def run(
    estate: list[Balancer], wanted: Wanted, limits: Limits, check_mode: bool
) -> tuple[dict[str, Any], Optional[RolloutError]]:
    seconds = 0.0

    def sleep(by: float) -> None:
        nonlocal seconds
        seconds += by
        for balancer in estate:
            balancer.pass_time()

    clients = [
        Client(Endpoint(balancer.name, f"unix:///{balancer.name}", "unix", path=f"/{balancer.name}"), balancer.exchange)
        for balancer in estate
    ]
    rotation = Rotation(Estate(clients, list(wanted.pools)), wanted, limits, Clock(lambda: seconds, sleep))
    try:
        return place(rotation, check_mode), None
    except RolloutError as error:
        return error.result, error


def standings(estate: list[Balancer]) -> dict[tuple[str, str, str], tuple[str, bool]]:
    return {
        (balancer.name, pool, name): (server.standing, server.serving)
        for balancer in estate
        if not balancer.dead
        for pool, members in balancer.pools.items()
        for name, server in members.items()
    }


def admins(estate: list[Balancer]) -> list[int]:
    return [server.admin for balancer in estate for members in balancer.pools.values() for server in members.values()]


def assert_nobody_suffered(estate: list[Balancer], limits: Limits) -> None:
    for balancer in estate:
        regular = sum(not server.backup for server in balancer.pools[ONLINE].values())
        floor = min(floor_of(limits.min_active, regular), balancer.at_start)
        assert balancer.lowest >= floor, balancer.told
        assert not balancer.fooled, balancer.told


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_check_mode_foretells_and_changed_is_right(data: st.DataObject) -> None:
    estate = data.draw(balancers())
    wanted, limits = data.draw(wishes(estate))
    before, began = admins(estate), standings(estate)
    foretold, refusal = run(estate, wanted, limits, check_mode=True)
    assert all(balancer.told == [] for balancer in estate)
    done, error = run(estate, wanted, limits, check_mode=False)
    told = any(balancer.told for balancer in estate)
    assert done["changed"] == told
    assert [foretold[key] for key in ("moves", "diff")] == [done[key] for key in ("moves", "diff")]
    assert_nobody_suffered(estate, limits)
    if refusal:
        assert (str(refusal), type(refusal), told) == (str(error), type(error), False)
    elif error:
        assert isinstance(error, TimedOut)
    else:
        assert foretold["changed"] == (admins(estate) != before)
        # Nobody knows beforehand whether sessions will be left to shut down on a server that is out already.
        assert done["changed"] == (foretold["changed"] or done["waited"]["forced"])
        again, none = run(deepcopy(estate), wanted, limits, check_mode=False)
        assert (again["moves"], again["changed"], none) == ([], False, None)
    if error and limits.on_drain_timeout != "fail":
        assert {key: word for key, (word, _serving) in standings(estate).items()} == {
            key: word for key, (word, _serving) in began.items()
        }


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_when_one_endpoint_fails_all_that_can_be_reached_is_put_back(data: st.DataObject) -> None:
    estate = data.draw(balancers())
    wanted, limits = data.draw(wishes(estate))
    data.draw(st.sampled_from(estate)).trouble = data.draw(TROUBLES)
    began = standings(estate)
    done, error = run(estate, wanted, limits, check_mode=False)
    assert_nobody_suffered(estate, limits)
    assert done["changed"] or not any(balancer.told for balancer in estate)
    if not error or (limits.on_drain_timeout == "fail" and isinstance(error, TimedOut)):
        return
    for key, (standing, serving) in standings(estate).items():
        standing_before, serving_before = began[key]
        as_it_was = standing == standing_before and serving >= serving_before
        named = any(words.startswith(f"{key[0]}: {key[1]}/{key[2]} ") for words in done["not_put_back"])
        assert as_it_was or named, (key, began[key], standing, str(error))
    for words in done["not_put_back"]:
        lost = next(balancer for balancer in estate if words.startswith(f"{balancer.name}: "))
        assert lost.dead or lost.trouble or "does not serve yet" in words, words
