# SPDX-License-Identifier: GPL-3.0-or-later
"""One estate of all the HAProxys, each in its suite's own host, under its own systemd, as the role made it."""

from __future__ import annotations

import http.client
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

import pytest
from ansible_collections.hybrid.rollout.tests.integration.haproxy.test_suites import STANDS_FOR
from ansible_collections.hybrid.rollout.tests.integration.load_balancer.test_reload import Customers
from ansible_collections.hybrid.rollout.tests.integration.suites.conftest import Estate

pytestmark = pytest.mark.lab


@contextmanager
def customers_of(estate: Estate) -> Iterator[list[Customers]]:
    everybody = [Customers(address, 80) for address in estate.addresses.values()]
    with ExitStack() as coming:
        for customers in everybody:
            coming.enter_context(customers.coming())
        yield everybody


def answered(everybody: Sequence[Customers], more: int = 50) -> list[set[str]]:
    """Who answers those customers of each load balancer that come from now on; a member that went may owe some their answer."""
    return [set(customers.wait_for(more)) for customers in everybody]


def ask_as_tester(address: str, member: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection(address, 8081, timeout=10)
    connection.request("GET", "/who", headers={"x-rollout-member": member})
    answer = connection.getresponse()
    return answer.status, answer.read().decode().strip()


def test_each_host_is_whole_and_runs_the_haproxy_of_its_suite(estate: Estate) -> None:
    for suite, version in estate.processes("version").items():
        assert version.startswith(STANDS_FOR[suite])
        assert estate.run(suite, "systemctl", "is-system-running", "--wait") == "running\n"


def test_a_second_run_of_the_role_changes_nothing(estate: Estate) -> None:
    before = estate.processes()
    assert estate.configure().count("changed=0 ") == len(estate.addresses)
    assert estate.processes() == before


def test_a_member_goes_is_tested_outlives_reloads_and_comes_back_and_no_customer_notices(estate: Estate) -> None:
    everywhere = dict.fromkeys(estate.addresses, "maintenance")
    with customers_of(estate) as everybody:
        assert answered(everybody) == [{"app1", "app2", "app3"}] * len(everybody)

        assert estate.place("maintenance", "app1")["changed"]
        for _reload in range(2):
            assert answered(everybody) == [{"app2", "app3"}] * len(everybody)
            assert estate.placements("app1") == everywhere
            assert [ask_as_tester(at, "app1") for at in estate.addresses.values()] == [(200, "app1")] * len(everybody)
            assert {ask_as_tester(at, "app2")[0] for at in estate.addresses.values()} == {503}
            estate.reload()
        assert estate.placements("app1") == everywhere

        assert estate.place("online", "app1")["changed"]
        assert answered(everybody) == [{"app1", "app2", "app3"}] * len(everybody)
    assert {name for customers in everybody for name in customers.answers} == {"app1", "app2", "app3"}
