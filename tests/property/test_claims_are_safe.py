# SPDX-License-Identifier: GPL-3.0-or-later
"""For any services, any limits, and any order of claims, ends, crashes and people's decisions: the ledger gives a claim exactly when the
law allows it, a controller that lost its run writes nothing, and without further faults everything comes to its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import Refused
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger import claims, control, runs, steps
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.lease import Fenced
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.limits import Limits
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.outcomes import OUTCOMES
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.owner import Owner
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hybrid.rollout.tests.property._claims_model import LEASE_SECONDS, Run, World
from ansible_collections.hybrid.rollout.tests.property._estates import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SERVICES = {
    "quotes": ["m1", "m2", "m3", "m4"],
    "orders": ["m3", "m4", "m5"],
    "news": ["m1", "m5", "m6"],
}
ZONE_OF = {"m1": "a", "m2": "b", "m3": "a", "m4": "b", "m5": "a", "m6": "b"}
POOLS_OF = {"m1": {"p"}, "m2": {"p"}, "m3": {"p", "q"}, "m4": {"q"}, "m5": set(), "m6": {"q"}}
ELSEWHERE = Owner(
    "controller.example", 1, "1", "ci"
)  # a host that cannot be asked: only its lease tells that it is gone
PERSON = Owner("desk.example", 2, "2", "anna")
SOME = st.one_of(st.none(), st.integers(1, 3))
PARTS = st.fixed_dictionaries(
    {
        "service": st.sampled_from(sorted(SERVICES)),
        "batches": st.lists(st.integers(1, 3), min_size=4, max_size=4),
        "budget": st.integers(0, 2),
        "window": SOME,
        "zones": st.dictionaries(st.sampled_from("ab"), st.integers(1, 2)),
        "pools": st.dictionaries(st.sampled_from("pq"), st.integers(1, 2)),
        "take_over": st.sampled_from([False, False, False, True]),
    }
)
WHICH = st.integers(0, 7)
ACTS = st.one_of(
    st.tuples(st.just("start"), PARTS),
    *(st.tuples(st.just("claim"), WHICH, WHICH) for _more_often in range(5)),
    *(
        st.tuples(st.just("finish"), WHICH, WHICH, st.sampled_from(("done", "done", *OUTCOMES)))
        for _more_often in range(3)
    ),
    st.tuples(st.just("decide"), WHICH, st.sampled_from(["paused", "open", "aborted", "abandoned"])),
    st.tuples(st.just("crash"), WHICH),
    st.tuples(st.just("wait")),
)


@dataclass
class Controller:
    """One who carries out a run, and may be killed."""

    run: str
    token: int
    law: Run
    is_alive: bool = True


class Play:
    """The ledger and the law, side by side: whatever is done to one is done to the other."""

    def __init__(self, ledger: Ledger, wall: list[float]) -> None:
        self.ledger, self.wall = ledger, wall
        self.world = World(ZONE_OF, POOLS_OF)
        self.controllers: list[Controller] = []

    def start(self, parts: dict[str, Any]) -> Optional[Controller]:
        members = SERVICES[parts["service"]]
        batch_of = dict(zip(members, parts["batches"]))
        old = next(
            (one for one in self.controllers if one.law.service == parts["service"] and not one.law.closed), None
        )
        take_over = old.run if old and parts["take_over"] else None
        law = Run(
            *(parts["service"], batch_of, parts["budget"], parts["window"], parts["zones"], parts["pools"]),
            heard_at=self.wall[0],
        )
        planned = [
            runs.PlannedMember(name, batch_of[name], None, ZONE_OF[name], sorted(POOLS_OF[name])) for name in members
        ]
        limits = Limits(parts["window"], parts["zones"], parts["pools"])
        new = runs.NewRun(
            parts["service"], "1", "", "", planned, {}, "", parts["budget"], limits, lease_seconds=LEASE_SECONDS
        )
        may = old is None or take_over or (self.wall[0] - old.law.heard_at > LEASE_SECONDS and not old.law.paused)
        opened = self._refused_unless(bool(may), lambda: runs.open_run(self.ledger, new, ELSEWHERE, take_over))
        if opened is None:
            return None
        if old:
            assert opened.token > old.token
            old.law.closed = "abandoned"
        self.world.runs.append(law)
        self.controllers.append(Controller(opened.id, opened.token, law))
        return self.controllers[-1]

    def claim(self, which: int, member: int) -> None:
        one = self._living(which)
        if one is None:
            return
        run, token, law = one.run, one.token, one.law
        name = _of(list(law.batch_of), member)
        against = set(self.world.reasons_against(law, name))
        self._as_its_controller(one, not against, lambda: claims.claim(self.ledger, run, name, token))
        if not against:
            law.at_work.add(name)
        elif "budget" in against and law.window is None:
            law.stopped = True  # an earlier batch that was left unfinished is a failure where nobody waits for it
        law.settle()

    def finish(self, which: int, member: int, outcome: str) -> None:
        one = self._living(which)
        if one is None:
            return
        run, token, law = one.run, one.token, one.law
        name = _of(list(law.batch_of), member)
        may = name in law.at_work and not law.closed
        self._as_its_controller(one, may, lambda: claims.finish(self.ledger, run, name, outcome, None, token=token))
        if may:
            law.at_work.remove(name)
            law.ended[name] = outcome
            law.settle()

    def decide(self, which: int, state: str) -> None:
        for one in self.controllers[which % len(self.controllers) :][:1]:
            law = one.law
            may = not law.closed and (not law.aborted or state == "abandoned")
            try:
                changed = control.control(self.ledger, one.run, state, "a reason", PERSON)
            except Refused:
                assert not may
                continue
            if not may:
                assert not changed
                continue
            law.paused = state == "paused"
            if state == "abandoned":
                law.closed = "abandoned"
            elif state == "aborted":
                law.aborted = law.stopped = True
            law.settle()

    def crash(self, which: int) -> None:
        one = self._living(which)
        if one is not None:
            one.is_alive = False

    def wait(self) -> None:
        """Longer than a lease; who lives and has a run is heard of meanwhile."""
        self.wall[0] += LEASE_SECONDS / 2
        for one in self.controllers:
            if one.is_alive and not one.law.closed:
                steps.write_step(self.ledger, one.run, "step_began", member=None, step="s", detail={}, token=one.token)
                one.law.heard_at = self.wall[0]
        self.wall[0] += LEASE_SECONDS / 2 + 1

    def check(self) -> None:
        self.world.check()
        for one in self.controllers:
            found = runs.read_run(self.ledger, one.run)
            assert found["state"] == (one.law.closed or "open")
            assert {row["member"] for row in found["claims"] if row["state"] == "claimed"} == one.law.at_work
            ended = {row["member"]: row["outcome"] for row in found["claims"] if row["state"] == "finished"}
            assert {name: outcome for name, outcome in ended.items() if outcome != "not_reached"} == one.law.ended

    def come_to_an_end(self) -> None:
        """No more faults: pauses end, dead controllers are given up, and a fresh run of each service reaches everybody."""
        self.wait()
        for number, one in enumerate(self.controllers):
            one.is_alive = False
            if one.law.paused and not one.law.closed:
                self.decide(number, "open")
        self.wait()
        easy = {"batches": [1, 1, 2, 2], "budget": 0, "window": 1, "zones": {"a": 1}, "pools": {}, "take_over": False}
        fresh = [begun for service in SERVICES if (begun := self.start({"service": service, **easy}))]
        assert len(fresh) == len(SERVICES)
        for _round in range(sum(map(len, SERVICES.values()))):
            for one in fresh:
                for member in range(len(one.law.batch_of)):
                    self.claim(self.controllers.index(one), member)
            for one in fresh:
                for member in range(len(one.law.batch_of)):
                    self.finish(self.controllers.index(one), member, "done")
        assert [one.law.closed for one in fresh] == ["done"] * len(fresh)
        assert runs.open_runs(self.ledger) == []

    def _living(self, which: int) -> Optional[Controller]:
        return next((one for one in self.controllers[which % len(self.controllers) :][:1] if one.is_alive), None)

    def _as_its_controller(self, one: Controller, may: bool, act: Callable[[], object]) -> None:
        if one.law.closed == "abandoned":
            before = self.ledger.events(one.run)
            with pytest.raises(Fenced):
                act()
            assert self.ledger.events(one.run) == before
            return
        self._refused_unless(may, act)
        if may:
            one.law.heard_at = self.wall[0]

    @staticmethod
    def _refused_unless(may: bool, act: Callable[[], Any]) -> Any:
        if may:
            return act()
        with pytest.raises(Refused):
            act()
        return None


def _of(names: list[str], number: int) -> str:
    return names[number % len(names)]


@pytest.fixture(scope="module")
def wall() -> list[float]:
    return [0.0]


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory, wall: list[float]) -> Iterator[Ledger]:
    path: Path = tmp_path_factory.mktemp("claims") / "ledger.sqlite3"
    with Ledger.open(str(path), wall=lambda: wall[0]) as opened:
        opened.execute("PRAGMA synchronous = OFF")
        yield opened


@settings(examples(200), suppress_health_check=[HealthCheck.too_slow])
@given(acts=st.lists(ACTS, max_size=30))
def test_a_claim_is_given_exactly_when_the_law_allows_it_and_everything_ends(
    ledger: Ledger, wall: list[float], acts: list[tuple[Any, ...]]
) -> None:
    with ledger.transaction():
        for table in ("events", "claims", "runs", "services"):
            ledger.execute(f"DELETE FROM {table}")
    wall[0] = 1000.0
    play = Play(ledger, wall)
    play.start(
        {
            "service": "quotes",
            "batches": [1, 1, 2, 3],
            "budget": 1,
            "window": 2,
            "zones": {},
            "pools": {},
            "take_over": False,
        }
    )
    play.start(
        {
            "service": "orders",
            "batches": [1, 2, 2, 2],
            "budget": 0,
            "window": None,
            "zones": {"a": 1},
            "pools": {},
            "take_over": False,
        }
    )
    for name, *parts in acts:
        getattr(play, name)(*parts)
        play.check()
    play.come_to_an_end()
