# SPDX-License-Identifier: GPL-3.0-or-later
"""A member takes itself out, or back: told, read by every load balancer, and at rest. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock, Deadline
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput, RolloutError, TimedOut
from ansible_collections.hybrid.rollout.plugins.module_utils._self_drain.agent import Agent, Run, Status
from ansible_collections.hybrid.rollout.plugins.module_utils._self_drain.connections import established

WORDS = {"drained": "drain", "ready": "ready"}
QUIET_POLLS = 2


class SelfDrain:
    """One conversation with the member's agent."""

    def __init__(self, params: Mapping[str, Any], agent: Agent, clock: Clock, count: Callable[[int], int]) -> None:
        self._agent, self._clock, self._count = agent, clock, count
        self.word: str = WORDS[params["state"]]
        self._expected: list[str] = params["readers"]
        self._timeout: float = params["timeout_seconds"]
        self._interval: float = params["poll_interval_seconds"]
        self._port: Optional[int] = params.get("port") if params["state"] == "drained" else None
        self._restores = params["state"] == "drained" and params["on_timeout"] == "restore"
        self.before = self.now = agent.tell("status")
        self.connections: Optional[int] = None
        self.waited_seconds = 0.0

    @property
    def changes(self) -> bool:
        return self.before.wanted != self.word

    def carry_out(self) -> None:
        self.now = self._agent.tell(self.word)
        deadline = Deadline(self._timeout, self._clock)
        try:
            self._wait(deadline)
        except TimedOut as error:
            if not (self._restores and self.changes):
                raise
            self.now = self._agent.tell("ready")
            raise TimedOut(f"{error} The agent says ready again (on_timeout: restore).") from error
        finally:
            self.waited_seconds = round(deadline.elapsed, 3)

    def _wait(self, deadline: Deadline) -> None:
        quiet = 0
        late = self._expected
        for _elapsed in deadline.polls(self._interval):
            self.now = self._agent.tell("status")
            late = self.now.late(self._expected)
            if not late:
                self.connections = None if self._port is None else self._count(self._port)
                quiet = 0 if self.connections else quiet + 1
                if quiet >= (1 if self._port is None else QUIET_POLLS):
                    return
        raise TimedOut(self._unfinished(late, deadline))

    def _unfinished(self, late: list[str], deadline: Deadline) -> str:
        if not late:
            return (
                f"port {self._port} still has {self.connections} connections after {deadline.elapsed:.1f} s. Long "
                "requests need a longer timeout_seconds."
            )
        heard = ", ".join(f"{name} ({reader['address']})" for name, reader in sorted(self.now.readers.items()))
        return (
            f"{', '.join(late)} has not read '{self.word}' within {deadline.elapsed:.1f} s. The agent has been asked by "
            f"{heard or 'nobody'}. Does that HAProxy's server line have agent-check with this agent's port, does agent-send "
            "have the name that is expected here, and is it among the agent's readers?"
        )


def run(params: Mapping[str, Any], check_mode: bool, clock: Clock, command: Run) -> dict[str, Any]:
    """Tell the agent and wait until it has been heard."""
    if not params["readers"]:
        raise BadInput("readers is empty: name every load balancer that has to hear it, or give its address")
    if params["poll_interval_seconds"] <= 0:
        raise BadInput(f"poll_interval_seconds is {params['poll_interval_seconds']}: it has to be more than 0")
    step = SelfDrain(params, Agent(params["program"], params["service"], command), clock, established)
    try:
        if not check_mode:
            step.carry_out()
    except RolloutError as error:
        error.result = _result(step)
        raise
    return _result(step)


def _result(step: SelfDrain) -> dict[str, Any]:
    before, now = step.before, step.now
    after = step.word if step.changes else before.wanted
    return {
        "changed": step.changes,
        "diff": {"before": f"{before.wanted}\n", "after": f"{after}\n"},
        "readers": _readers(now),
        "waited": {"seconds": step.waited_seconds, "connections": step.connections},
    }


def _readers(status: Status) -> list[dict[str, Any]]:
    return [
        {"name": name, "address": reader["address"], "has_read": reader["read"] == status.change}
        for name, reader in sorted(status.readers.items())
    ]
