# SPDX-License-Identifier: GPL-3.0-or-later
"""The gate: ask every target until enough have passed, too many are doomed, or the time is up. Private to hybrid.rollout."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock, Deadline
from ansible_collections.hybrid.rollout.plugins.module_utils._health.arguments import Asking, asking_from
from ansible_collections.hybrid.rollout.plugins.module_utils._health.evidence import check_place, keep
from ansible_collections.hybrid.rollout.plugins.module_utils._health.observation import Target
from ansible_collections.hybrid.rollout.plugins.module_utils._health.probe import probe_for
from ansible_collections.hybrid.rollout.plugins.module_utils._health.quorum import Quorum
from ansible_collections.hybrid.rollout.plugins.module_utils._health.report import GateNotPassed, described, summary
from ansible_collections.hybrid.rollout.plugins.module_utils._health.verdict import (
    Judged,
    Tally,
    count,
    passed,
    verdict,
)


def run(params: dict[str, Any], check_mode: bool, clock: Clock) -> dict[str, Any]:
    """The whole of ``health_gate``. In check mode every target is asked once, at once, and no verdict stops the play."""
    asking = asking_from(params)
    check_place(asking.evidence_path)
    whole = Deadline(0, clock)
    if asking.initial_delay_seconds and not check_mode:
        clock.sleep(asking.initial_delay_seconds)
    judged = judge_all(asking, Deadline(0 if check_mode else asking.timeout_seconds, clock), clock)
    result = described(judged, asking, whole.elapsed)
    if asking.evidence_path and not check_mode:
        keep(asking.evidence_path, judged, result)
    if result["verdict"] != "passed" and not check_mode:
        words = summary(judged, asking, result)
        if not asking.report_only:
            raise GateNotPassed(words, judged, result)
        result["msg"] = words
    return result


def judge_all(asking: Asking, deadline: Deadline, clock: Clock) -> list[Judged]:
    """All targets side by side, so that a slow one does not spoil the rhythm of the others."""
    quorum = Quorum(len(asking.targets), asking.needed)
    with ThreadPoolExecutor(max_workers=len(asking.targets)) as threads:
        try:
            return list(threads.map(lambda target: judge(target, asking, deadline, clock, quorum), asking.targets))
        finally:
            quorum.stop()


def judge(target: Target, asking: Asking, deadline: Deadline, clock: Clock, quorum: Quorum) -> Judged:
    """Ask one target until it is settled, or until the others have settled the gate."""
    ask, tally, cut_short, course = probe_for(target), Tally(), False, []
    for _elapsed in deadline.polls(asking.interval_seconds):
        if tally.attempts and quorum.over:
            cut_short = True
            break
        answer = ask(target, asking.request_timeout_seconds, asking.trust, clock)
        tally = count(tally, asking.question, answer, deadline.elapsed)
        course.append(tally)
        if tally.doomed or passed(tally, asking.question):
            quorum.settle(not tally.doomed)
            break
    return Judged(target, tally, verdict(tally, asking.question, cut_short), tuple(course))
