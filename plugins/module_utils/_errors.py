# SPDX-License-Identifier: GPL-3.0-or-later
"""The one family of exceptions of the collection. Private to hybrid.rollout.

A message says what was asked, of whom, what came back in its own words, and what to try.
"""

from __future__ import annotations

from typing import Any, Optional


class RolloutError(Exception):
    """Anything that stops a step. ``code`` is for playbooks to branch on, ``result`` what had been seen and done so far."""

    code = "error"

    def __init__(
        self,
        message: str,
        *,
        endpoint: Optional[str] = None,
        command: Optional[str] = None,
        reply: Optional[str] = None,
        result: Optional[dict[str, Any]] = None,
    ) -> None:
        super().__init__(message)
        self.endpoint = endpoint
        self.command = command
        self.reply = reply
        self.result: dict[str, Any] = result or {}

    def failure(self) -> dict[str, Optional[str]]:
        """The ``failure`` key of a module's result: code, endpoint, command, reply."""
        return {"code": self.code, "endpoint": self.endpoint, "command": self.command, "reply": self.reply}


class BadInput(RolloutError):
    """What the user wrote cannot be meant: nothing was asked of anybody yet."""

    code = "bad_input"


class NotFound(RolloutError):
    """A name that the user gave is not known where it was looked up."""

    code = "not_found"


class EndpointFailed(RolloutError):
    """An endpoint could not be reached, did not answer in time, or answered with an error of its own."""

    code = "endpoint_failed"


class EndpointDown(EndpointFailed):
    """Nobody answered where an endpoint should be; the only failure that ``may_be_down`` forgives."""


class Refused(RolloutError):
    """A guard said no: the floor, the budget, or a run of somebody else."""

    code = "refused"


class TimedOut(RolloutError):
    """A wait reached its deadline; ``result`` carries the last observation."""

    code = "timed_out"
