# SPDX-License-Identifier: GPL-3.0-or-later
"""The course of every step on an estate: look, then carry out, or only verify; one result whatever happens. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Optional, Protocol, TypeVar

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.holding import Then, Verifiable, verify

Exclusive = Optional[AbstractContextManager[Any]]


class Step(Verifiable, Protocol):
    def look(self) -> None: ...

    def carry_out(self, exclusive: AbstractContextManager[Any]) -> None: ...


OneStep = TypeVar("OneStep", bound=Step)


def take(
    step: OneStep,
    result: Callable[[OneStep, bool], dict[str, Any]],
    check_mode: bool,
    exclusive: Exclusive = None,
    then: Optional[Then] = None,
) -> dict[str, Any]:
    """``result`` tells the step, foretold or done; an error carries the same keys. With ``then`` it is only verified."""
    foretold = check_mode and not then
    try:
        if then:
            verify(step, then, check_mode)
        else:
            step.look()
            if not check_mode:
                step.carry_out(exclusive or nullcontext())
    except RolloutError as error:
        error.result = result(step, foretold)
        raise
    return result(step, foretold)
