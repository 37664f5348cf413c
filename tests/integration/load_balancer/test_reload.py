# SPDX-License-Identifier: GPL-3.0-or-later
"""Placements over reloads and restarts, while customers keep coming."""

from __future__ import annotations

import http.client
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

pytestmark = pytest.mark.lab


class Customers:
    """A few clients, half of them on keep-alive connections; `answers` counts who answered, or how it failed."""

    def __init__(self, address: str, port: int) -> None:
        self._heard: list[tuple[float, str]] = []
        self._where = (address, port)
        self._gone = threading.Event()

    @property
    def answers(self) -> Counter[str]:
        return Counter(said for _sent, said in self._heard)

    def wait_for(self, more: int) -> Counter[str]:
        """The answers to so many requests, or a few more, that are sent from now on."""
        now, known = time.monotonic(), len(self._heard)
        answers: Counter[str] = Counter()
        for _time in range(3000):
            answers = Counter(said for sent, said in self._heard[known:] if sent > now)
            if answers.total() >= more:
                return answers
            self._gone.wait(0.01)
        raise AssertionError(f"only {answers} within 30 s")

    def _come(self, keep_alive: bool) -> None:
        connection = http.client.HTTPConnection(*self._where, timeout=10)
        while not self._gone.is_set():
            sent = time.monotonic()
            try:
                connection.request("GET", "/who")
                answer = connection.getresponse()
                body = answer.read().decode().strip()
                said = body if answer.status == 200 else f"status {answer.status}"
            except (OSError, http.client.HTTPException) as error:
                said = repr(error)
                connection.close()
            self._heard.append((sent, said))
            if not keep_alive:
                connection.close()

    @contextmanager
    def coming(self) -> Iterator[Customers]:
        clients = [threading.Thread(target=self._come, args=(number % 2 == 0,)) for number in range(4)]
        for client in clients:
            client.start()
        try:
            yield self
        finally:
            self._gone.set()
            for client in clients:
                client.join()


def reload(balancer: Any) -> None:
    worker = balancer.worker()
    balancer.run("systemctl", "reload", "haproxy")
    for _time in range(200):
        if balancer.worker() != worker:
            return
    raise AssertionError("no new worker after the reload")


def test_a_member_in_maintenance_stays_there_over_reloads_under_traffic(configured: Any) -> None:
    configured.ask("set server standin/app1 state maint; set server standin_maintenance/app1 state ready")
    with Customers(configured.address, 8090).coming() as customers:
        customers.wait_for(50)
        for _time in range(5):
            reload(configured)
            customers.wait_for(100)
    assert set(customers.answers) == {"app2"}
    assert configured.servers("standin")["app1"]["srv_admin_state"] == "1"
    assert configured.servers("standin_maintenance")["app1"]["srv_admin_state"] == "4"


def test_a_member_that_drains_goes_on_draining_after_a_reload(configured: Any) -> None:
    configured.ask("set server standin/app1 state drain")
    reload(configured)
    assert configured.servers("standin")["app1"]["srv_admin_state"] == "8"


def test_the_role_itself_reloads_without_losing_a_placement(configured: Any) -> None:
    configured.ask("set server standin/app1 state maint")
    with Customers(configured.address, 8090).coming() as customers:
        done = configured.configure(load_balancer_queue_timeout_seconds=78)
        customers.wait_for(50)
    assert "changed=2 " in done.stdout, done.stdout
    assert set(customers.answers) == {"app2"}


def test_a_port_that_changed_in_the_configuration_wins_over_the_saved_one(configured: Any) -> None:
    moved = {**configured.standin, "port": 8098}
    configured.ask("set server standin/app1 state maint")
    assert configured.configure(load_balancer_services=[moved]).returncode == 0
    server = configured.servers("standin")["app1"]
    assert (server["srv_port"], server["srv_admin_state"]) == ("8098", "1")


def test_a_start_does_not_believe_an_old_state_file(configured: Any) -> None:
    configured.ask("set server standin/app1 state maint")
    reload(configured)
    configured.run("systemctl", "restart", "haproxy")
    assert configured.servers("standin")["app1"]["srv_admin_state"] == "0"
