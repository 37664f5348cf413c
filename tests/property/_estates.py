# SPDX-License-Identifier: GPL-3.0-or-later
"""Random estates of one to three small models of HAProxy, what may go wrong with them, and what is compared before and after."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.client import Client
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.endpoint import Endpoint
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.estate import Estate
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.floor import floor_of
from ansible_collections.hybrid.rollout.tests.property._balancer import Balancer, Meddling, Trouble
from ansible_collections.hybrid.rollout.tests.property._model_server import AGENT, CONFIGURED, ENABLED, ModelServer
from hypothesis import settings
from hypothesis import strategies as st

ONLINE, MAINTENANCE, FOLLOWERS = "quotes", "quotes_maintenance", "statistics"
SHARES = st.sampled_from(["0", "0", "1", "1", "1", "2", "3", "5", "10%", "34%", "50%", "67%", "100%"])
TROUBLES = st.builds(Trouble, st.integers(1, 4), st.integers(0, 3), st.booleans())
Facts = dict[tuple[str, str, str], tuple[object, ...]]


def examples(number: int) -> settings:
    """``number`` random estates in `make check`; LAWS_TIMES is how many times as many, as `make test` wants."""
    return settings(max_examples=number * int(os.environ.get("LAWS_TIMES", "1")), deadline=None)


def one_in(number: int) -> st.SearchStrategy[bool]:
    return st.sampled_from([False] * (number - 1) + [True])


@st.composite
def servers(draw: st.DrawFn, admins: tuple[int, ...] = (0, 0, 0, 0, 1, 5, 8), follows: str = "") -> ModelServer:
    checked = not follows and not draw(one_in(6))
    initial = draw(st.sampled_from([100] * 8 + [50, 1]))
    return ModelServer(
        admin=draw(st.sampled_from(admins)),
        well=draw(st.sampled_from([True, True, False])),
        checked=checked,
        backup=draw(one_in(7)),
        follows=follows,
        sessions=draw(st.integers(0, 3)),
        endless=draw(one_in(8)),
        check=CONFIGURED if checked and draw(one_in(8)) else -1,
        agent=draw(st.sampled_from([0] * 12 + [AGENT | CONFIGURED, AGENT | CONFIGURED | ENABLED])),
        weight=0 if draw(one_in(9)) else initial,
        initial_weight=initial,
        port=draw(st.sampled_from([8080, 8080, 8081])),
        maxconn=draw(st.sampled_from([0, 100])),
        idle_connections=draw(st.integers(0, 1)),
    )


@st.composite
def balancers(draw: st.DrawFn) -> list[Balancer]:
    """The same servers in the same pools everywhere; some are followed by others, and those sometimes by others again."""
    names = [f"app{number}" for number in range(draw(st.integers(1, 5)))]
    follows = {name: f"{draw(st.sampled_from([ONLINE, ONLINE, MAINTENANCE]))}/{name}" for name in names}
    follows["app0"] = draw(st.sampled_from([follows["app0"], f"{FOLLOWERS}/app1" if len(names) > 1 else ""]))
    followers = draw(one_in(2))
    return [
        Balancer(
            f"lb{number}",
            {
                ONLINE: {name: draw(servers()) for name in names},
                MAINTENANCE: {name: draw(servers((1, 1, 0))) for name in names},
                **(
                    {FOLLOWERS: {name: draw(servers((0, 0, 0, 1, 8), follows[name])) for name in names}}
                    if followers
                    else {}
                ),
            },
            version=draw(st.sampled_from(["2.6.12", "3.0.11"])),
            newborns_well=draw(st.booleans()),
        )
        for number in range(draw(st.integers(1, 3)))
    ]


@st.composite
def meddlings(draw: st.DrawFn, balancer: Balancer) -> Meddling:
    pool = draw(st.sampled_from(sorted(balancer.pools)))
    server = draw(st.sampled_from(sorted(balancer.pools[pool])))
    order = f"set server {pool}/{server} state {draw(st.sampled_from(['ready', 'drain', 'maint']))}"
    return Meddling(draw(st.integers(2, 8)), order)


def opened(balancers: list[Balancer], pools: Optional[list[str]] = None) -> tuple[Estate, Clock]:
    """The estate as the modules see it, and a clock on which time passes for all of it."""
    seconds = 0.0

    def sleep(by: float) -> None:
        nonlocal seconds
        seconds += by
        for balancer in balancers:
            balancer.pass_time()

    clients = [
        Client(Endpoint(balancer.name, f"unix:///{balancer.name}", "unix", path=f"/{balancer.name}"), balancer.exchange)
        for balancer in balancers
    ]
    return Estate(clients, pools or []), Clock(lambda: seconds, sleep)


def facts(balancers: list[Balancer]) -> Facts:
    """Everything that an order can set, of every server."""
    return {
        (balancer.name, pool, name): (server.admin, *server.settings)
        for balancer in balancers
        for pool, servers in balancer.pools.items()
        for name, server in servers.items()
    }


def standings(balancers: list[Balancer]) -> Facts:
    """The same in operators' words, and whether it serves, of every server that can still be asked."""
    return {
        (balancer.name, pool, name): (server.standing, *server.settings, server.serving)
        for balancer in balancers
        if not balancer.dead
        for pool, servers in balancer.pools.items()
        for name, server in servers.items()
    }


def assert_nobody_suffered(balancers: list[Balancer], min_active: str, pools: Sequence[str]) -> None:
    for balancer in balancers:
        for pool in pools:
            regular = sum(not server.backup for server in balancer.pools[pool].values())
            floor = min(floor_of(min_active, regular), balancer.at_start[pool])
            assert balancer.lowest[pool] >= floor, (pool, balancer.told)
        assert not {name for name in balancer.fooled if name.partition("/")[0] in pools}, balancer.told


def assert_put_back(began: Facts, balancers: list[Balancer], not_put_back: list[str]) -> None:
    """As it was, or named, it or whom it follows; and nothing is named for another reason than a lost endpoint, a refusal, a server that is
    not up, one that is not deleted while somebody is connected to it, or one that was deleted when trouble came from another balancer."""
    now = standings(balancers)
    for balancer in balancers:
        follows = {name: server.follows for name, server in balancer.by_name()}
        for key in began.keys() | now.keys():
            if key[0] != balancer.name or balancer.dead:
                continue
            names = [f"{key[1]}/{key[2]}"]
            while follows.get(names[-1]):
                names.append(follows[names[-1]])
            named = any(words.startswith(f"{key[0]}: {name} ") for words in not_put_back for name in names)
            assert named or _is_as_it_was(began.get(key), now.get(key)), (key, began.get(key), now.get(key))
    for words in not_put_back:
        lost = next(balancer for balancer in balancers if words.startswith(f"{balancer.name}: "))
        reasons = ("does not serve yet", "could not be deleted again: somebody is still connected to it")
        excused = lost.dead or lost.trouble or any(reason in words for reason in reasons)
        assert excused or _was_deleted_too_early(words, lost, balancers), words


def _was_deleted_too_early(words: str, lost: Balancer, balancers: list[Balancer]) -> bool:
    """Nobody can take an obeyed `del server` back."""
    name = words.removeprefix(f"{lost.name}: ").removesuffix(" is deleted for good")
    troubled_elsewhere = any(other.dead or other.trouble for other in balancers if other is not lost)
    return troubled_elsewhere and f"del server {name}" in lost.told


def _is_as_it_was(before: Optional[tuple[object, ...]], now: Optional[tuple[object, ...]]) -> bool:
    """A server that serves now and did not before is none the worse."""
    if before is None or now is None:
        return before is now
    return now[:-1] == before[:-1] and bool(now[-1]) >= bool(before[-1])
