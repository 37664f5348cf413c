# SPDX-License-Identifier: GPL-3.0-or-later
"""A member takes itself out and in through its agent, under traffic, and nobody notices when the agent is killed meanwhile."""

from __future__ import annotations

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import Refused, TimedOut
from ansible_collections.hybrid.rollout.tests.integration.haproxy._asking import MEMBER, AskingHAProxy, run
from ansible_collections.hybrid.rollout.tests.integration.haproxy._drain_agent import READERS, Agent
from ansible_collections.hybrid.rollout.tests.integration.haproxy._processes import until
from ansible_collections.hybrid.rollout.tests.integration.haproxy._traffic import Customers, SlowRequest
from ansible_collections.hybrid.rollout.tests.integration.haproxy.conftest import Pair

whatever_the_program = pytest.mark.parametrize("agent", ["Linux"], indirect=True)


def statuses(pair: Pair[AskingHAProxy]) -> set[str]:
    return {lb.status for lb in (pair.lb1, pair.lb2)}


def goes_out_and_in(pair: Pair[AskingHAProxy], agent: Agent, customers: Customers) -> None:
    """As an operator of the member does it, with long requests under way."""
    app = pair.apps[MEMBER]
    until(lambda: app.customers > 20, "app1 has customers")
    slow = [SlowRequest(lb.online) for lb in (pair.lb1, pair.lb2) for _number in range(3)]
    until(app.slow_arrived.is_set, "app1 works on a long request")
    assert run(agent, "drained")["changed"]
    assert statuses(pair) == {"DRAIN (agent)"}
    for one in pair.apps.values():
        one.hurry.set()
    until(lambda: all(request.status for request in slow), "the long requests are answered")
    served, asked = app.customers, customers.total
    until(lambda: customers.total > asked + 100, "customers go on asking")
    assert app.customers <= served + 2 * len(pair.apps), "only what was on its way"
    assert {request.status for request in slow} == {200}
    assert run(agent, "ready")["changed"]
    until(lambda: statuses(pair) == {"UP"}, "both load balancers take app1 back")
    served = app.customers
    until(lambda: app.customers > served + 20, "app1 has customers again")


def test_a_member_takes_itself_out_and_in_without_a_failed_request(asking: Pair[AskingHAProxy], agent: Agent) -> None:
    with Customers([asking.lb1.online, asking.lb2.online]) as customers:
        goes_out_and_in(asking, agent, customers)
    assert not customers.failed


@pytest.mark.parametrize("comes_back", [True, False], ids=["and is started again", "and it stays dead"])
@pytest.mark.parametrize("state", ["ready before", "drained", "ready again"])
def test_the_agent_is_killed_and_the_member_stays_as_it_was(
    asking: Pair[AskingHAProxy], agent: Agent, state: str, comes_back: bool
) -> None:
    with Customers([asking.lb1.online, asking.lb2.online]) as customers:
        until(lambda: customers.answers[200, MEMBER] > 20, "app1 has customers")
        if state != "ready before":
            run(agent, "drained")
        if state == "ready again":
            run(agent, "ready")
            until(lambda: statuses(asking) == {"UP"}, "both load balancers take app1 back")
        before = statuses(asking)
        agent.comes_back = comes_back
        agent.kill()
        asked = customers.total
        until(lambda: customers.total > asked + 300, "several of the agent's checks are due")
        assert statuses(asking) == before == ({"DRAIN (agent)"} if state == "drained" else {"UP"})
        agent.comes_back = True
        if state == "drained":
            run(agent, "ready")
            until(lambda: statuses(asking) == {"UP"}, "both load balancers take app1 back")
    assert not customers.failed


def test_what_is_said_while_the_agent_is_dead_is_heard_when_it_is_back(
    asking: Pair[AskingHAProxy], agent: Agent
) -> None:
    with Customers([asking.lb1.online, asking.lb2.online]) as customers:
        agent.comes_back = False
        agent.kill()
        with pytest.raises(TimedOut, match=r"lb1/quotes, lb2/quotes has not read 'drain'") as caught:
            run(agent, "drained", timeout_seconds=1.0, on_timeout="fail")
        assert [reader["has_read"] for reader in caught.value.result["readers"]] == [False, False]
        assert statuses(asking) == {"UP"}
        agent.comes_back = True
        assert not run(agent, "drained")["changed"]
        assert statuses(asking) == {"DRAIN (agent)"}
        agent.kill()
        run(agent, "ready")
        until(lambda: statuses(asking) == {"UP"}, "both load balancers take app1 back")
    assert not customers.failed


@whatever_the_program
def test_a_drain_that_nobody_hears_in_time_is_taken_back(asking: Pair[AskingHAProxy], agent: Agent) -> None:
    with pytest.raises(TimedOut, match=r"lb3/quotes has not read 'drain'.*asked by lb1/quotes.*says ready again"):
        run(agent, "drained", readers=[*READERS, "lb3/quotes"], timeout_seconds=2.0)
    until(lambda: statuses(asking) == {"UP"}, "both load balancers take app1 back")


@whatever_the_program
def test_connections_at_the_port_are_waited_for(asking: Pair[AskingHAProxy], agent: Agent) -> None:
    app = asking.apps[MEMBER]
    with Customers([asking.lb1.online, asking.lb2.online]):
        slow = [SlowRequest(asking.lb1.online) for _number in range(6)]
        until(app.slow_arrived.is_set, "app1 works on a long request")
        with pytest.raises(TimedOut, match=rf"port {app.port} still has \d+ connections"):
            run(agent, "drained", port=app.port, timeout_seconds=3.0, on_timeout="fail")
        for one in asking.apps.values():
            one.hurry.set()
        assert run(agent, "drained", port=app.port, timeout_seconds=60.0)["waited"]["connections"] == 0
        assert {request.result() for request in slow} == {200}


def test_ready_is_said_once_so_an_operator_s_maintenance_holds(asking: Pair[AskingHAProxy], agent: Agent) -> None:
    run(agent, "drained")
    run(agent, "ready")
    until(lambda: statuses(asking) == {"UP"}, "both load balancers take app1 back")
    for lb in (asking.lb1, asking.lb2):
        lb.ask(f"set server quotes/{MEMBER} state maint")
    asked = asking.lb1.ask("show stat quotes 4 -1").count(MEMBER)
    with Customers([asking.lb1.online, asking.lb2.online]) as customers:
        until(lambda: customers.total > 300 * asked, "several of the agent's checks have been answered")
    assert {status.split()[0] for status in statuses(asking)} == {"MAINT"}


@whatever_the_program
def test_check_mode_tells_the_agent_nothing(asking: Pair[AskingHAProxy], agent: Agent) -> None:
    result = run(agent, "drained", check_mode=True)
    assert (result["changed"], result["diff"]) == (True, {"before": "ready\n", "after": "drain\n"})
    assert agent.tell("status")["wanted"] == "ready"
    assert statuses(asking) == {"UP"}


@whatever_the_program
def test_a_pool_of_agents_is_not_moved_from_outside(asking: Pair[AskingHAProxy], agent: Agent) -> None:
    with pytest.raises(Refused, match=r"quotes/app1 is refused: its agent check is enabled.*self_drain") as caught:
        asking.place("offline")
    assert not caught.value.result["changed"]
    assert statuses(asking) == {"UP"}
    assert asking.place("offline", "app2")["changed"]
