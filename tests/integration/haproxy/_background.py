# SPDX-License-Identifier: GPL-3.0-or-later
"""Something that goes on while the test does something else."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

Made = TypeVar("Made")


def in_background(call: Callable[[], Made]) -> Callable[[], Made]:
    """Run ``call`` in a thread; the returned function waits for it and gives its result or raises its error."""
    outcome: Future[Made] = Future()

    def run() -> None:
        try:
            outcome.set_result(call())
        except BaseException as error:
            outcome.set_exception(error)

    Thread(target=run, daemon=True).start()
    return lambda: outcome.result(60)
