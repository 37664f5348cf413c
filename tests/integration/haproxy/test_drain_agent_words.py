# SPDX-License-Identifier: GPL-3.0-or-later
"""What the agents' programs say to operators and to those who start them; Windows' service control is a stand-in under Mono."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.integration.haproxy._drain_agent import Agent, WindowsAgent
from ansible_collections.hybrid.rollout.tests.integration.haproxy._processes import until
from ansible_collections.hybrid.rollout.tests.lab.machines.mono import Mono

SERVICE_CONTROL = Path(__file__).with_name("ServiceControl.cs")


def test_both_programs_tell_the_same_in_the_same_shape(agent: Agent) -> None:
    until(lambda: agent.answer_to(b"lb1/quotes\n") == b"up\n", "the agent answers its readers")
    reader = {"address": "127.0.0.1", "told": "up", "read": 0}
    assert agent.tell("status") == {"wanted": "ready", "change": 0, "readers": {"lb1/quotes": reader}, "changed": False}
    told = [agent.tell(what) for what in ("drain", "drain", "ready", "status")]
    assert [(one["wanted"], one["change"], one["changed"]) for one in told] == [
        ("drain", 1, True),
        ("drain", 1, False),
        ("ready", 2, True),
        ("ready", 2, False),
    ]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--service", "../quotes", "status"], "letters, digits and - _ . are allowed"),
        (["--state", "nowhere", "status"], "nowhere is not there: is the agent installed"),
        (["stop"], "status"),
        (["serve"], "serve"),
    ],
)
def test_wrong_words_are_refused(agent: Agent, words: list[str], says: str) -> None:
    done = subprocess.run([*agent.command, *words], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr


@pytest.mark.parametrize("agent", ["Windows"], indirect=True)
def test_it_runs_as_a_windows_service_and_stops_when_told(
    agent: WindowsAgent, mono: Mono, windows_program: Path, tmp_path: Path
) -> None:
    until(lambda: agent.answer_to(b"lb1/quotes\n") == b"up\n", "the agent answers in a console")
    agent.comes_back = False
    agent.kill()
    control = tmp_path / "ServiceControl.exe"
    mono.compile_as_windows_does([SERVICE_CONTROL], control, "System.ServiceProcess")
    command = [*mono.run, str(control), *agent.serve("service")[len(mono.run) :]]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as service:
        assert service.stdin
        assert service.stdout
        assert service.stdout.readline() == "running\n"
        assert agent.answer_to(b"lb1/quotes\n") == b"up\n"
        service.stdin.write("\n")
        service.stdin.flush()
        try:
            assert service.wait(10) == 0
        finally:
            service.kill()
    assert agent.answer_to(b"lb1/quotes\n") == b""
