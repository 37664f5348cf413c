# SPDX-License-Identifier: GPL-3.0-or-later
"""Whoever reaches the agent's port without being one of its readers neither fills its book nor keeps it from its readers."""

from __future__ import annotations

import itertools
import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import TimedOut
from ansible_collections.hybrid.rollout.tests.integration.haproxy._asking import AskingHAProxy, run
from ansible_collections.hybrid.rollout.tests.integration.haproxy._drain_agent import READERS, Agent
from ansible_collections.hybrid.rollout.tests.integration.haproxy._processes import until
from ansible_collections.hybrid.rollout.tests.integration.haproxy.conftest import Pair

AT_ONCE = 64
OF_THE_PROGRAM_ITSELF = 16


class Flood:
    """Four strangers that ask without a pause, under a name of their own invention each time."""

    def __init__(self, agent: Agent) -> None:
        self.asked, self.answered = 0, 0
        self._agent = agent
        self._numbers = itertools.count()

    def _ask(self, enough: threading.Event) -> None:
        while not enough.is_set():
            answer = self._agent.answer_to(b"lb%d/quotes\n" % (1000 + next(self._numbers)))
            self.asked += 1
            self.answered += bool(answer)

    @contextmanager
    def coming(self) -> Iterator[None]:
        enough = threading.Event()
        strangers = [threading.Thread(target=self._ask, args=(enough,), daemon=True) for _number in range(4)]
        for stranger in strangers:
            stranger.start()
        try:
            yield
        finally:
            enough.set()
            for stranger in strangers:
                stranger.join(10)


def test_a_flood_of_invented_names_is_not_written_down_and_the_readers_are_counted(
    asking: Pair[AskingHAProxy], agent: Agent
) -> None:
    flood = Flood(agent)
    with flood.coming():
        until(lambda: flood.asked > 300, "strangers ask")
        run(agent, "drained")
        assert (asking.lb1.status, asking.lb2.status) == ("DRAIN (agent)", "DRAIN (agent)")
        asked = flood.asked
        until(lambda: flood.asked > asked + 300, "strangers ask for the drain")
        run(agent, "ready")
        until(lambda: asking.lb1.status == asking.lb2.status == "UP", "both load balancers take app1 back")
    assert (flood.answered, set(agent.tell("status")["readers"])) == (0, set(READERS))


def test_connections_that_lie_open_take_few_threads_and_do_not_hold_up_a_drain(
    asking: Pair[AskingHAProxy], agent: Agent
) -> None:
    assert agent.process
    folder, threads = f"/proc/{agent.process.pid}/task", [0]

    def count() -> int:
        threads.append(len(os.listdir(folder)))
        return threads[-1]

    with ExitStack() as open_connections:
        agent.process.send_signal(signal.SIGSTOP)
        for _number in range(110):
            open_connections.enter_context(socket.create_connection(("127.0.0.1", agent.port), timeout=10))
        agent.process.send_signal(signal.SIGCONT)
        until(lambda: count() >= AT_ONCE, "the agent talks to as many as it may", seconds=10.0)
        run(agent, "drained")
        assert (asking.lb1.status, asking.lb2.status) == ("DRAIN (agent)", "DRAIN (agent)")
        until(lambda: count() < AT_ONCE, "the agent has hung up on all of them")
    assert max(threads) <= AT_ONCE + OF_THE_PROGRAM_ITSELF


@pytest.mark.parametrize(
    "said", [b"", b"\n", b"lb1\n", b"lb1/quotes" * 1000 + b"\n", "lb1/quötes\n".encode(), b"\0\t\n"]
)
def test_what_is_no_reader_s_name_gets_no_answer(agent: Agent, said: bytes) -> None:
    until(lambda: agent.answer_to(b"lb1/quotes\n") == b"up\n", "the agent answers its readers")
    assert agent.answer_to(said) == b""
    assert agent.answer_to(b"lb1/quotes\n") == b"up\n"
    assert list(agent.tell("status")["readers"]) == ["lb1/quotes"]


def test_a_reader_that_never_stops_talking_is_hung_up_on_and_has_read_nothing(agent: Agent) -> None:
    until(lambda: agent.answer_to(b"lb1/quotes\n") == b"up\n", "the agent answers its readers")
    agent.tell("drain")

    def is_hung_up_on(talking: socket.socket) -> bool:
        try:
            talking.sendall(b"more\n")
        except (ConnectionResetError, BrokenPipeError):
            return True
        return False

    with socket.create_connection(("127.0.0.1", agent.port), timeout=10) as talking:
        talking.sendall(b"lb1/quotes\n")
        assert talking.recv(100) == b"drain\n"
        until(lambda: is_hung_up_on(talking), "the agent hangs up", seconds=8.0)
    assert not agent.have_read("lb1/quotes")


def test_a_reader_that_sends_no_name_is_known_by_its_address(agent: Agent) -> None:
    until(lambda: agent.answer_to(b"lb1/quotes\n") == b"up\n", "the agent has been started")
    agent.readers = ["127.0.0.1"]
    agent.kill()
    until(lambda: agent.answer_to(b"\n") == b"up\n", "the agent answers its reader")
    assert agent.answer_to(b"lb1/quotes\n") == b""
    assert agent.tell("status")["readers"]["127.0.0.1"]["address"] == "127.0.0.1"


def test_a_load_balancer_that_the_agent_was_not_told_of_is_never_drained_and_is_named(
    asking: Pair[AskingHAProxy], agent: Agent
) -> None:
    agent.readers = READERS[:1]
    agent.kill()
    with pytest.raises(TimedOut, match=r"lb2/quotes has not read 'drain'.*among the agent's readers"):
        run(agent, "drained", timeout_seconds=2.0, on_timeout="fail")
    assert (asking.lb1.status, asking.lb2.status) == ("DRAIN (agent)", "UP")
    run(agent, "ready", readers=list(READERS[:1]))
    until(lambda: asking.lb1.status == "UP", "the other one takes app1 back")


def test_a_reader_that_is_taken_from_the_list_while_it_drains_hears_that_it_is_over(
    asking: Pair[AskingHAProxy], agent: Agent
) -> None:
    run(agent, "drained")
    agent.readers = READERS[:1]
    agent.kill()
    run(agent, "ready")
    until(lambda: asking.lb1.status == asking.lb2.status == "UP", "both load balancers take app1 back")
