# SPDX-License-Identifier: GPL-3.0-or-later
"""Random fleets with zones and shared pools, and a rollout played over them that watches floor and limits at every moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.estate import LeftOut, Member, OnlinePool
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.plan import Wish, make_plan
from hypothesis import strategies as st

ENDPOINTS, OWN, FURTHER = ("lb1", "lb2"), "quotes", ("api", "intranet")
OLD, NEW = "1.0", "1.1"
VERSIONS, SAID = {"whole": [OLD], "done": [NEW]}, [OLD, OLD, NEW, None]
Place = tuple[str, str]


@dataclass
class Fleet:
    """What is true. ``up`` are the members that serve, by endpoint and pool; ``strangers`` the servers of other services in a pool, all of
    which serve. ``kept_out`` are offline members and those outside a limit."""

    zone: dict[str, str]
    further: dict[str, tuple[str, ...]]
    strangers: dict[str, int]
    version: dict[str, Optional[str]]
    placement: dict[str, str]
    up: dict[Place, set[str]]
    seconds: dict[str, Optional[int]]
    skipped: set[str] = field(default_factory=set)
    limited: set[str] = field(default_factory=set)

    def pools_of(self, name: str) -> tuple[str, ...]:
        return (OWN, *self.further[name])

    def size(self, pool: str) -> int:
        return sum(pool in self.pools_of(name) for name in self.zone) + self.strangers[pool]

    def serving(self, place: Place) -> int:
        return len(self.up[place]) + self.strangers[place[1]]

    def is_done(self, name: str) -> bool:
        everywhere = all(name in self.up[endpoint, pool] for endpoint in ENDPOINTS for pool in self.pools_of(name))
        return everywhere and self.version[name] == NEW and self.placement[name] == "online"

    def plan(self, wish: Wish) -> dict[str, Any]:
        members = [
            Member(
                name,
                name,
                self.zone[name],
                self.version[name],
                self.placement[name],
                {endpoint: name in self.up[endpoint, OWN] for endpoint in ENDPOINTS},
                {pool: {at: name in self.up[at, pool] for at in ENDPOINTS} for pool in self.further[name]},
                self.seconds[name],
            )
            for name in self.zone
            if name not in self.skipped | self.limited
        ]
        shared = {pool for pools in self.further.values() for pool in pools}
        pools = [
            OnlinePool(endpoint, pool, self.size(pool), self.serving((endpoint, pool)), further=pool != OWN)
            for pool in (OWN, *sorted(shared))
            for endpoint in ENDPOINTS
        ]
        skipped, limited = (
            [LeftOut(name, self.zone[name]) for name in sorted(s)] for s in (self.skipped, self.limited)
        )
        return make_plan(wish, members, pools, skipped, limited)


class Play:
    """One rollout of a plan: members leave and come back in any order that the ledger's claims would let them."""

    def __init__(self, fleet: Fleet, plan: dict[str, Any], wish: Wish, chance: Random) -> None:
        self.fleet, self.plan, self.wish, self.chance = fleet, plan, wish, chance
        self.out: list[str] = []
        self.fewest: dict[Place, int] = {}

    def steps(self) -> Iterator[None]:
        for batch in self.plan["batches"]:
            waiting = [member["name"] for member in batch["members"]]
            self.fewest = {place: self.fleet.serving(place) for place in self.fleet.up}
            while waiting or self.out:
                self._one_step(waiting)
                yield
            self._compare_with_what_was_said(batch)

    def _one_step(self, waiting: list[str]) -> None:
        if self.plan["mode"] == "batches":  # the worst is that all are out before anybody is back
            may = list(waiting)
        else:
            may = [name for name in waiting if not self._too_many([*self.out, name])]
            assert may or self.out, f"nobody may ever start: {waiting}"
        if may and (self.plan["mode"] == "batches" or not self.out or self.chance.random() < 0.7):
            name = self.chance.choice(may)
            waiting.remove(name)
            self._leave(name)
        else:
            self._come_back(self.chance.choice(self.out))

    def _leave(self, name: str) -> None:
        self.out.append(name)
        assert not self._too_many(self.out), self._too_many(self.out)
        self.fleet.placement[name] = "maintenance"
        for place, up in self.fleet.up.items():
            if name in up:
                up.remove(name)
                left, floor = self.fleet.serving(place), most(self.wish.min_active, self.fleet.size(place[1]), up=True)
                assert left >= floor, f"{place} keeps {left}, its floor is {floor}"
                self.fewest[place] = min(left, self.fewest[place])

    def _come_back(self, name: str) -> None:
        self.out.remove(name)
        self.fleet.version[name], self.fleet.placement[name] = NEW, "online"
        for place, up in self.fleet.up.items():
            if place[1] in self.fleet.pools_of(name):
                up.add(name)

    def _too_many(self, out: list[str]) -> str:
        """What more members are out of than allowed, empty if nothing is."""
        if len(out) > self.plan["window"]:
            return f"more than the window of {self.plan['window']}: {out}"
        for zone in set(self.fleet.zone.values()) if self.wish.max_out_per_zone else ():
            whole = [name for name, where in self.fleet.zone.items() if where == zone]
            if len(set(whole) & set(out)) > max(1, most(self.wish.max_out_per_zone, len(whole))):
                return f"zone {zone}: {out}"
        for pool in (OWN, *FURTHER) if self.wish.max_out_per_pool else ():
            away = sum(pool in self.fleet.pools_of(name) for name in out)
            if away > max(1, most(self.wish.max_out_per_pool, self.fleet.size(pool))):
                return f"pool {pool}: {out}"
        return ""

    def _compare_with_what_was_said(self, batch: dict[str, Any]) -> None:
        said = {(endpoint, OWN): low for endpoint, low in batch["lowest_serving"].items()}
        said.update({(at["endpoint"], at["name"]): at["lowest"] for at in batch["lowest_serving_further"]})
        for place, low in said.items():
            exact = self.plan["mode"] == "batches"
            assert self.fewest[place] == low if exact else self.fewest[place] >= low, (place, low, self.fewest)


def most(share: Optional[str], whole: int, up: bool = False) -> int:
    """A count, or a percentage of the whole, by a way of its own."""
    text = str(share)
    exact = whole * int(text[:-1]) if text.endswith("%") else 100 * int(text)
    return -(-exact // 100) if up else exact // 100


@st.composite
def fleets(draw: st.DrawFn, whole: bool = False) -> Fleet:
    """``whole``: everybody serves the old version everywhere."""
    names = [f"app{number:02}" for number in range(draw(st.integers(1, 14)))]
    further = {name: tuple(pool for pool in FURTHER if draw(st.sampled_from([False, False, True]))) for name in names}
    states = ["whole"] if whole else ["whole"] * 5 + ["done", "out", "sick", "half"]
    state = {name: draw(st.sampled_from(states)) for name in names}
    half = {name: draw(st.sampled_from(ENDPOINTS)) for name in names}
    kept = {name: draw(st.sampled_from(["in"] * 8 + ["skipped", "limited"])) for name in names}
    up = {
        (endpoint, pool): {
            name
            for name in names
            if pool in (OWN, *further[name])
            and (state[name] in ("whole", "done") or (state[name] == "half" and half[name] == endpoint))
        }
        for endpoint in ENDPOINTS
        for pool in (OWN, *FURTHER)
    }
    return Fleet(
        zone={name: draw(st.sampled_from("abc")) for name in names},
        further=further,
        strangers={OWN: 0, **{pool: draw(st.integers(0, 3)) for pool in FURTHER}},
        version={name: draw(st.sampled_from(VERSIONS.get(state[name], SAID))) for name in names},
        placement={name: {"out": "maintenance", "half": "mixed"}.get(state[name], "online") for name in names},
        up=up,
        seconds={name: draw(st.sampled_from([None, 20, 60, 600])) for name in names},
        skipped={name for name in names if kept[name] == "skipped" and state[name] == "out"},
        limited={name for name in names if kept[name] == "limited"},
    )
