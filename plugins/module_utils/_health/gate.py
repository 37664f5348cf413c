# SPDX-License-Identifier: GPL-3.0-or-later
"""The gate: ask every target until all have passed, one is doomed, or the time is up. Private to hybrid.rollout."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock, Deadline
from ansible_collections.hybrid.rollout.plugins.module_utils._health.arguments import Asking, asking_from
from ansible_collections.hybrid.rollout.plugins.module_utils._health.observation import Target
from ansible_collections.hybrid.rollout.plugins.module_utils._health.probe import probe_for
from ansible_collections.hybrid.rollout.plugins.module_utils._health.report import GateNotPassed, described, summary
from ansible_collections.hybrid.rollout.plugins.module_utils._health.verdict import (
    Judged,
    Tally,
    count,
    passed,
    verdict,
)


def run(params: dict[str, Any], check_mode: bool, clock: Clock) -> dict[str, Any]:
    """The whole of ``health_gate``. In check mode every target is asked once, and no verdict stops the play."""
    asking = asking_from(params)
    deadline = Deadline(0 if check_mode else asking.timeout_seconds, clock)
    judged = judge_all(asking, deadline, clock)
    result = described(judged, asking, deadline.elapsed)
    if result["verdict"] != "passed" and not check_mode:
        raise GateNotPassed(summary(judged, asking, result), judged, result)
    return result


def judge_all(asking: Asking, deadline: Deadline, clock: Clock) -> list[Judged]:
    """All targets side by side, so that a slow one does not spoil the rhythm of the others."""
    stop = threading.Event()
    with ThreadPoolExecutor(max_workers=len(asking.targets)) as threads:
        try:
            return list(threads.map(lambda target: judge(target, asking, deadline, clock, stop), asking.targets))
        finally:
            stop.set()


def judge(target: Target, asking: Asking, deadline: Deadline, clock: Clock, stop: threading.Event) -> Judged:
    """Ask one target until it is settled; ``stop`` is set by a target that is doomed, and ends the others' wait."""
    ask, tally, cut_short = probe_for(target), Tally(), False
    for _elapsed in deadline.polls(asking.interval_seconds):
        if tally.attempts and stop.is_set():
            cut_short = True
            break
        answer = ask(target, asking.request_timeout_seconds, asking.trust, clock)
        tally = count(tally, asking.question, answer, deadline.elapsed)
        if tally.doomed:
            stop.set()
        if tally.doomed or passed(tally, asking.question):
            break
    return Judged(target, tally, verdict(tally, asking.question, cut_short))
