# SPDX-License-Identifier: GPL-3.0-or-later
"""A member takes itself out by its agent under a real systemd, and HAProxys of all versions ask it."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.tests.integration.lab._small_lab import eventually
from ansible_collections.hybrid.rollout.tests.integration.load_balancer.test_reload import Customers
from ansible_collections.hybrid.rollout.tests.integration.suites.conftest import Estate
from ansible_collections.hybrid.rollout.tests.integration.suites.test_one_host_per_suite import answered

pytestmark = pytest.mark.lab
PORT = 8200
AGENT = "hybrid-rollout-drain-agent-offers.service"
PLAY = """
- name: Install the agent
  hosts: load_balancers
  gather_facts: false
  roles:
    - role: hybrid.rollout.drain_agent
      drain_agent_service: offers
      drain_agent_readers: "{{ groups.load_balancers | map('regex_replace', '$', '/offers') | list }}"
"""


@pytest.fixture
def offers(estate: Estate, tmp_path: Path) -> list[str]:
    """The hosts, each of them a member of the service offers and a load balancer that asks its agent."""
    if len(estate.addresses) < 2:
        pytest.skip("needs two hosts: name two suites in HAPROXY_SUITES")
    for host in estate.addresses:
        estate.run(
            host, "sh", "-c", f"mkdir /run/offers && echo {host} >/run/offers/who && echo fine >/run/offers/health"
        )
        serve = ["python3", "-m", "http.server", "--directory", "/run/offers", str(PORT)]
        estate.run(host, "systemd-run", "--quiet", "--collect", "--unit=offers", *serve)
    playbook = tmp_path / "agents.yml"
    playbook.write_text(PLAY)
    assert estate.ansible("ansible-playbook", str(playbook)).count("failed=0") == len(estate.addresses)
    assert estate.ansible("ansible-playbook", str(playbook)).count("changed=0") == len(estate.addresses)
    estate.configure(
        {
            "name": "offers",
            "online_bind": ":82",
            "maintenance_bind": ":8083",
            "members": [{"name": host, "address": at, "port": PORT} for host, at in estate.addresses.items()],
            "agent": {"port": 9777, "interval_milliseconds": 300},
            "check": {"interval_milliseconds": 300, "fast_interval_milliseconds": 200},
        }
    )
    return list(estate.addresses)


def say(estate: Estate, host: str, state: str) -> None:
    options = {"service": "offers", "state": state, "readers": [f"{one}/offers" for one in estate.addresses]}
    said = estate.ansible("ansible", host, "-m", "hybrid.rollout.self_drain", "-a", json.dumps(options))
    assert "CHANGED" in said


def test_a_member_goes_and_comes_back_by_itself_and_its_agent_is_killed_in_each_state(
    estate: Estate, offers: list[str]
) -> None:
    leaver, *others = offers
    everybody = [Customers(address, 82) for address in estate.addresses.values()]
    with ExitStack() as coming:
        for customers in everybody:
            coming.enter_context(customers.coming())

        def serve(hosts: list[str]) -> bool:
            return answered(everybody) == [set(hosts)] * len(everybody)

        def kill_the_agent() -> None:
            estate.run(leaver, "systemctl", "kill", "--signal=KILL", AGENT)

        assert eventually(lambda: serve(offers))
        kill_the_agent()
        assert serve(offers)
        say(estate, leaver, "drained")
        assert serve(others)
        kill_the_agent()
        assert serve(others)
        say(estate, leaver, "ready")
        assert eventually(lambda: serve(offers))
        kill_the_agent()
        assert serve(offers)
    assert {name for customers in everybody for name in customers.answers} == set(offers)
