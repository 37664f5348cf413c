# SPDX-License-Identifier: GPL-3.0-or-later
"""For any files and any policy: one more failed test never makes the verdict better, and the order of files is nothing."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from ansible_collections.hybrid.rollout.plugins.module_utils._health.verdict import BEST_TO_WORST
from ansible_collections.hybrid.rollout.plugins.module_utils._results.model import OUTCOMES, Case, Reading, Report
from ansible_collections.hybrid.rollout.plugins.module_utils._results.verdict import Policy, judge
from hypothesis import given
from hypothesis import strategies as st

NAMES = st.sampled_from(["a", "b", "c"])
CATEGORIES = st.lists(st.sampled_from(["Smoke", "Slow"]), max_size=2).map(tuple)
CASES = st.builds(Case, NAMES, st.sampled_from(OUTCOMES), CATEGORIES)
REPORTS = st.builds(Report, st.lists(CASES, max_size=6).map(tuple), st.sampled_from([(), ("broken",)]))
READINGS = st.lists(
    st.one_of(
        st.builds(Reading, st.just("f"), st.just("junit"), REPORTS),
        st.builds(Reading, st.just("g"), error=st.just("cut off")),
    ),
    min_size=1,
    max_size=4,
)
POLICIES = st.builds(
    Policy,
    st.one_of(st.none(), st.integers(0, 3)),
    st.one_of(st.none(), st.floats(0, 100)),
    st.one_of(st.none(), st.integers(0, 3)),
    st.integers(1, 4),
    CATEGORIES,
    st.lists(NAMES, max_size=2).map(tuple),
    st.sampled_from(["failed", "undecided"]),
    st.sampled_from(["failed", "undecided", "allowed"]),
)


@given(READINGS, POLICIES, NAMES, CATEGORIES)
def test_one_more_failed_test_never_helps(
    readings: list[Reading], policy: Policy, name: str, categories: tuple[str, ...]
) -> None:
    before, _reasons = judge(readings, policy)
    report = readings[0].report
    worse = replace(readings[0], report=replace(report, cases=(*report.cases, Case(name, "failed", categories))))
    after, _reasons = judge([worse, *readings[1:]], policy)
    assert BEST_TO_WORST.index(after) >= BEST_TO_WORST.index(before)


@given(READINGS, POLICIES, st.randoms(use_true_random=False))
def test_the_order_of_files_is_nothing(readings: list[Reading], policy: Policy, random: Random) -> None:
    shuffled = list(readings)
    random.shuffle(shuffled)
    assert judge(shuffled, policy)[0] == judge(readings, policy)[0]


@given(READINGS, POLICIES)
def test_nothing_that_cannot_be_read_or_did_not_pass_anything_opens_the_gate(
    readings: list[Reading], policy: Policy
) -> None:
    verdict, reasons = judge(readings, policy)
    assert (verdict == "passed") is not bool(reasons)
    if verdict == "passed":
        assert not any(reading.error or reading.report.faults for reading in readings)
        assert any(case.outcome == "passed" for reading in readings for case in reading.report.cases)
