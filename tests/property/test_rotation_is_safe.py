# SPDX-License-Identifier: GPL-3.0-or-later
"""For any estate, wish and trouble: the floor holds at every moment, nobody broken serves, ``changed`` and check mode tell the truth,
and what can be reached is put back."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError, TimedOut
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.placement import Wanted
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.pool import place
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.rotation import Limits, Rotation
from ansible_collections.hybrid.rollout.tests.property._balancer import Balancer
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
    meddlings,
    opened,
    standings,
)
from hypothesis import given
from hypothesis import strategies as st


@st.composite
def wishes(draw: st.DrawFn, estate: list[Balancer]) -> tuple[Wanted, Limits]:
    members = draw(st.lists(st.sampled_from(sorted(estate[0].pools[ONLINE])), min_size=1, unique=True))
    maintenance = draw(st.sampled_from([MAINTENANCE, MAINTENANCE, None]))
    placement = draw(st.sampled_from(["online", "offline", "maintenance" if maintenance else "online"]))
    at_timeout = draw(st.sampled_from(["restore", "restore", "shutdown_sessions", "fail"]))
    return Wanted(placement, members, ONLINE, maintenance), Limits(draw(SHARES), 5.0, at_timeout, 8.0, 1.0)


def run(
    estate: list[Balancer], wanted: Wanted, limits: Limits, check_mode: bool
) -> tuple[dict[str, Any], Optional[RolloutError]]:
    opening, clock = opened(estate, list(wanted.pools))
    try:
        return place(Rotation(opening, wanted, limits, clock), check_mode), None
    except RolloutError as error:
        return error.result, error


@examples(50)
@given(st.data())
def test_check_mode_foretells_and_changed_is_right(data: st.DataObject) -> None:
    estate = data.draw(balancers())
    wanted, limits = data.draw(wishes(estate))
    before, began = facts(estate), standings(estate)
    foretold, refusal = run(estate, wanted, limits, check_mode=True)
    assert all(balancer.told == [] for balancer in estate)
    done, error = run(estate, wanted, limits, check_mode=False)
    told = any(balancer.told for balancer in estate)
    assert done["changed"] == told
    assert [foretold[key] for key in ("moves", "diff")] == [done[key] for key in ("moves", "diff")]
    assert_nobody_suffered(estate, limits.min_active, [pool for pool in estate[0].pools if pool != MAINTENANCE])
    if refusal:
        assert (str(refusal), type(refusal), told) == (str(error), type(error), False)
    elif error:
        assert isinstance(error, TimedOut)
        if limits.on_drain_timeout != "fail":
            assert_put_back(began, estate, done["not_put_back"])
    else:
        assert foretold["changed"] == (facts(estate) != before)
        # Nobody knows beforehand whether sessions will be left to shut down on a server that is out already.
        assert done["changed"] == (foretold["changed"] or done["waited"]["forced"])
        again, none = run(deepcopy(estate), wanted, limits, check_mode=False)
        assert (again["moves"], again["changed"], none) == ([], False, None)


@examples(50)
@given(st.data())
def test_when_one_endpoint_fails_all_that_can_be_reached_is_put_back(data: st.DataObject) -> None:
    estate = data.draw(balancers())
    wanted, limits = data.draw(wishes(estate))
    data.draw(st.sampled_from(estate)).trouble = data.draw(TROUBLES)
    began = standings(estate)
    done, error = run(estate, wanted, limits, check_mode=False)
    assert_nobody_suffered(estate, limits.min_active, [pool for pool in estate[0].pools if pool != MAINTENANCE])
    assert done["changed"] or not any(balancer.told for balancer in estate)
    if error and not (limits.on_drain_timeout == "fail" and isinstance(error, TimedOut)):
        assert_put_back(began, estate, done["not_put_back"])


@examples(30)
@given(st.data())
def test_whoever_gives_orders_in_between_a_step_that_succeeds_leaves_what_was_wanted(data: st.DataObject) -> None:
    estate = data.draw(balancers())
    wanted, limits = data.draw(wishes(estate))
    meddler = data.draw(st.sampled_from(estate))
    meddler.meddling = data.draw(meddlings(meddler))
    _done, error = run(estate, wanted, limits, check_mode=False)
    if error:
        return
    for balancer in estate:
        for pool, inside in wanted.pools.items():
            for member in wanted.members:
                server = balancer.pools[pool][member]
                assert server.ready if inside else server.admin & 1, (balancer.name, pool, member, balancer.told)
