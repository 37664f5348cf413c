# SPDX-License-Identifier: GPL-3.0-or-later
"""Random fleets with a past, who knows of which member, and the truth that the contract gate must not contradict."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.fleet import Listed, Pulled, Sources
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate_fleet import FleetAnswer, ask_fleet
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate_history import Past, PastRun
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate_versions import ReleaseOrder
from hypothesis import strategies as st

NUMBERS, WORDS = ("1.8", "1.9", "1.10", "1.11"), ("amber", "zinc", "blue", "moss")  # oldest first
RELEASE = 2  # the place of the release whose contract is asked for
NOW, MAX_AGE = 1_000_000.0, 3600.0
PLACES = (("lb1", "quotes"), ("lb1", "quotes_maintenance"), ("lb2", "quotes"), ("lb2", "api"))


MOSTLY = st.sampled_from([True] * 4 + [False])
# Each alone keeps the contract from running, on a member of which all else is fine.
FAULTS: list[dict[str, Any]] = [
    {"runs": RELEASE - 1, "reported": None, "answers": True},
    {"answers": False, "reported": None},
    {"answers": False, "reported": RELEASE, "age": MAX_AGE + 1},
    {"reported": RELEASE - 1, "age": MAX_AGE},
    {"listed": False, "in_ledger": True, "reported": RELEASE, "age": 0.0},
    {"listed": False, "servers": frozenset({PLACES[3]}), "reported": RELEASE, "age": 0.0},
]


@dataclass(frozen=True)
class Truth:
    """A member as it is. ``runs`` is the place of its version; ``reported`` is that of its zone's report, which is ``age`` seconds old."""

    name: str
    runs: int
    listed: bool
    answers: bool
    servers: frozenset[tuple[str, str]]
    in_ledger: bool
    reported: Optional[int]
    age: float

    @property
    def is_heard_of(self) -> bool:
        return self.listed or self.in_ledger or bool(self.servers) or self.reported is not None

    @property
    def is_fine(self) -> bool:
        """Nothing of it may keep the contract from running. One that only its zone knows of needs no place in the inventory."""
        fresh = self.reported is not None and self.age <= MAX_AGE
        belongs = self.listed or not (self.in_ledger or self.servers)
        old_report = fresh and self.reported is not None and self.reported < RELEASE
        return belongs and self.runs >= RELEASE and ((self.listed and self.answers) or fresh) and not old_report


@dataclass(frozen=True)
class Fleet:
    """``steps`` are the runs of the past: from which place to which, when each ended, and whether it only brought members back."""

    versions: tuple[str, ...]
    members: tuple[Truth, ...]
    steps: tuple[tuple[int, int, Optional[float], bool], ...]
    lost_endpoint: bool
    window: float
    said: tuple[str, ...]

    def past(self) -> Past:
        runs = [
            PastRun(
                f"run{number}",
                None if back else self.versions[target],
                ended,
                frozenset([self.versions[source], self.versions[target]]),
                [self.versions[source]],
            )
            for number, (source, target, ended, back) in enumerate(self.steps)
        ]
        return Past(runs, [member.name for member in self.members if member.in_ledger])

    def sources(self) -> Sources:
        return Sources(
            inventory=[
                Listed(
                    one.name, one.name, self.versions[one.runs] if one.answers else None, "" if one.answers else "hangs"
                )
                for one in self.members
                if one.listed
            ],
            servers={place: [one.name for one in self.members if place in one.servers] for place in PLACES},
            unasked={"lb3": "timed out"} if self.lost_endpoint else {},
            ledger=self.past().members,
            pulled=[
                Pulled(one.name, self.versions[one.reported], NOW - one.age)
                for one in self.members
                if one.reported is not None
            ],
            now=NOW,
            pulled_max_age_seconds=MAX_AGE,
        )

    def ask(self) -> FleetAnswer:
        order = ReleaseOrder(self.said, self.past().releases())
        release = self.versions[RELEASE]
        return ask_fleet(self.sources(), self.past().runs, order, release=release, window_seconds=self.window)

    @property
    def left_the_window(self) -> bool:
        """By a way of its own: every moment at which an old release was in a run's hands is longer ago than the window. Where the ledger
        has met none, the moment at which it met the release counts."""
        old = [ended for source, target, ended, _back in self.steps if min(source, target) < RELEASE]
        met = [ended for _source, target, ended, back in self.steps if target >= RELEASE and not back]
        everything_ended = all(ended is not None for _source, _target, ended, _back in self.steps)
        moments = old or met[:1]
        return (
            bool(met)
            and everything_ended
            and all(ended is not None and NOW - ended >= self.window for ended in moments)
        )


@st.composite
def members(draw: st.DrawFn, name: str, fine: bool) -> Truth:
    runs = draw(st.integers(RELEASE, 3) if fine else st.sampled_from([0, 1, 2, 2, 2, 3, 3]))
    answers = draw(st.booleans())
    age = draw(st.sampled_from([0.0, MAX_AGE] if fine else [0.0, MAX_AGE, MAX_AGE + 1]))
    # Nobody goes back while a report is fresh: that one could not be told from a member that stayed.
    report = st.integers(RELEASE if fine else 0, runs if age <= MAX_AGE else 3)
    reported = draw(report) if draw(st.booleans()) or (fine and not answers) else None
    return Truth(
        name=name,
        runs=runs,
        listed=fine or draw(st.sampled_from([True, True, False])),
        answers=answers,
        servers=frozenset(draw(st.sets(st.sampled_from(PLACES)))),
        in_ledger=draw(st.booleans()),
        reported=reported,
        age=age,
    )


@st.composite
def nearly_fine(draw: st.DrawFn, name: str) -> Truth:
    whole = draw(members(name, fine=True))
    return whole if draw(MOSTLY) else replace(whole, **draw(st.sampled_from(FAULTS)))


@st.composite
def steps(draw: st.DrawFn, met: bool, ended_all: bool) -> tuple[tuple[int, int, Optional[float], bool], ...]:
    """One run after another, each from where the one before led; in the end the release is ``met``, and the last may be open."""
    found: list[tuple[int, int, Optional[float], bool]] = []
    at, ended = draw(st.integers(0, 3)), 0.0
    for _number in range(draw(st.integers(0, 4))):
        target = draw(st.integers(0, 3))
        ended += draw(st.sampled_from([1.0, NOW / 10, NOW / 5]))
        found.append((at, target, ended, draw(st.sampled_from([False, False, True]))))
        at = target
    if met:
        target = draw(st.integers(RELEASE, 3))
        found.append((at, target, ended + 1.0, False))
        at = target
    if not ended_all and draw(st.sampled_from([False] * 5 + [True])):
        found.append((at, draw(st.integers(0, 3)), None, False))
    return tuple(found)


@st.composite
def fleets(draw: st.DrawFn, fine: bool = False) -> Fleet:
    """``fine``: everybody runs the release or a newer one and says so, and it is only a matter of time. Others are mostly so, or not at all."""
    mostly = fine or draw(st.booleans())
    versions = draw(st.sampled_from([NUMBERS, WORDS]))

    def one(name: str) -> st.SearchStrategy[Truth]:
        return nearly_fine(name) if mostly and not fine else members(name, fine)

    return Fleet(
        versions=versions,
        members=tuple(draw(one(f"app{number}")) for number in range(draw(st.integers(int(fine), 6)))),
        steps=draw(steps(mostly, fine)),
        lost_endpoint=not fine and draw(st.sampled_from([False] * 7 + [True])),
        window=draw(st.sampled_from([0.0, NOW / 10, NOW / 2, NOW])),
        said=versions if fine or draw(st.booleans()) else (),
    )
