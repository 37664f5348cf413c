# SPDX-License-Identifier: GPL-3.0-or-later
"""A clock that only moves when somebody sleeps, and targets that answer from a script."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Callable

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.plugins.module_utils._health import probe
from ansible_collections.hybrid.rollout.plugins.module_utils._health.observation import Observation, Target


class Script:
    """What a target answers, one after the other; the last answer is repeated."""

    def __init__(self) -> None:
        self.answers: dict[str, Iterator[Observation]] = {}
        self.asked: list[str] = []

    def answers_of(self, name: str, *answers: Observation) -> None:
        def all_of_them() -> Iterator[Observation]:
            yield from answers
            while True:
                yield answers[-1]

        self.answers[name] = all_of_them()

    def ask(self, target: Target, timeout_seconds: float, trust: object, clock: Clock) -> Observation:
        self.asked.append(target.name)
        return next(self.answers[target.name])


@pytest.fixture
def clock() -> Clock:
    time = [0.0]

    def sleep(seconds: float) -> None:
        time[0] += seconds

    return Clock(lambda: time[0], sleep)


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Script:
    made = Script()
    monkeypatch.setitem(probe.PROBES, "http", made.ask)
    return made


@pytest.fixture
def options() -> Callable[..., dict[str, Any]]:
    """The options of the module with their defaults, for targets that are named by words."""

    def make(*names: str, **given: object) -> dict[str, Any]:
        return {
            "targets": [{"name": name, "url": f"http://{name}:8080/health"} for name in names],
            "expect": None,
            "version": None,
            "version_path": "version",
            "fail_on": [],
            "consecutive_successes": 3,
            "interval_seconds": 0.5,
            "timeout_seconds": 60.0,
            "request_timeout_seconds": 2.0,
            "ca_path": None,
            "validate_certs": True,
            "client_cert": None,
            "client_key": None,
            "reach_from": "controller",
            "record": None,
            **given,
        }

    return make
