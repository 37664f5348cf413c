# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task that takes a member out says when something is missing; on a scripted agent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput, EndpointFailed, TimedOut
from ansible_collections.hybrid.rollout.plugins.module_utils._self_drain.connections import established
from ansible_collections.hybrid.rollout.plugins.module_utils._self_drain.step import run

TABLE = """\
  sl  local_address rem_address   st tx_queue
   0: 0100007F:1F90 0100007F:A2B0 01 00000000
   1: 0100007F:1F90 00000000:0000 0A 00000000
   2: 0100007F:A2B0 0100007F:1F90 01 00000000
"""


class ScriptedAgent:
    """Everybody in ``readers`` reads what it says after ``reads_after`` looks."""

    def __init__(self, *readers: str, reads_after: int = 1) -> None:
        self.told: list[str] = []
        self._readers, self._reads_after = readers, reads_after
        self._wanted, self._change, self._looks = "ready", 0, 0
        self._seconds = 0.0

    def command(self, words: list[str]) -> tuple[int, str, str]:
        what = words[-1]
        self.told.append(what)
        if what in ("drain", "ready") and what != self._wanted:
            self._wanted, self._change, self._looks = what, self._change + 1, 0
        self._looks += 1
        read = self._change if self._looks > self._reads_after else self._change - 1
        readers = {name: {"address": "10.0.0.1", "told": "up", "read": read} for name in self._readers}
        return 0, json.dumps({"wanted": self._wanted, "change": self._change, "readers": readers}), ""

    def sleep(self, seconds: float) -> None:
        self._seconds += seconds

    def run(self, state: str, check_mode: bool = False, **others: Any) -> dict[str, Any]:
        options = {
            "service": "quotes",
            "state": state,
            "readers": ["lb1"],
            "timeout_seconds": 5.0,
            "poll_interval_seconds": 1.0,
            "on_timeout": "restore",
            "program": "drain_agent.py",
            **others,
        }
        return run(options, check_mode, Clock(lambda: self._seconds, self.sleep), self.command)


@pytest.fixture
def agent() -> ScriptedAgent:
    return ScriptedAgent("lb1")


def test_it_waits_until_everybody_has_read_it() -> None:
    agent = ScriptedAgent("lb1", reads_after=3)
    result = agent.run("drained")
    assert (result["changed"], result["waited"]["seconds"]) == (True, 2.0)
    assert result["readers"] == [{"name": "lb1", "address": "10.0.0.1", "has_read": True}]


def test_a_load_balancer_that_never_asks_is_named_and_the_member_stays_in(agent: ScriptedAgent) -> None:
    with pytest.raises(TimedOut, match=r"lb2 has not read 'drain' within 5\.0 s.*asked by lb1 \(10\.0\.0\.1\)"):
        agent.run("drained", readers=["lb1", "lb2"])
    assert agent.told[-1] == "ready"


def test_where_that_is_wanted_it_stays_out(agent: ScriptedAgent) -> None:
    with pytest.raises(TimedOut):
        agent.run("drained", readers=["lb2"], on_timeout="fail")
    assert "ready" not in agent.told


def test_a_member_that_was_out_before_is_not_brought_in_by_a_failure(agent: ScriptedAgent) -> None:
    agent.run("drained")
    with pytest.raises(TimedOut):
        agent.run("drained", readers=["lb2"])
    assert "ready" not in agent.told


def test_check_mode_only_asks(agent: ScriptedAgent) -> None:
    assert agent.run("drained", check_mode=True)["diff"] == {"before": "ready\n", "after": "drain\n"}
    assert set(agent.told) == {"status"}


@pytest.mark.parametrize("service", ["quotes;reboot", "../quotes", "", "quo tes", "-quotes"])
def test_a_service_that_is_no_name_is_never_passed_on(agent: ScriptedAgent, service: str) -> None:
    with pytest.raises(BadInput, match="letters, digits"):
        agent.run("drained", service=service)
    assert agent.told == []


def test_nobody_to_hear_it_is_refused(agent: ScriptedAgent) -> None:
    with pytest.raises(BadInput, match="readers is empty"):
        agent.run("drained", readers=[])


def test_an_agent_that_is_not_there_is_said_in_its_own_words(agent: ScriptedAgent) -> None:
    agent.command = lambda words: (2, "", "can't open file")  # type: ignore[method-assign]
    with pytest.raises(EndpointFailed, match=r"ended with 2: can't open file\. Is it installed"):
        agent.run("ready")


def test_connections_of_the_port_are_counted_and_nothing_else(tmp_path: Path) -> None:
    table = tmp_path / "tcp"
    table.write_text(TABLE)
    assert established(8080, (str(table), str(tmp_path / "tcp6"))) == 1
    assert established(8081, (str(table),)) == 0
