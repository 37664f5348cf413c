# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may come in where: customers, testers, operators of the runtime API."""

from __future__ import annotations

import http.client
import socket
import ssl
from typing import Any

import pytest

pytestmark = pytest.mark.lab


def get(address: str, port: int, **headers: str) -> tuple[int, str, str]:
    connection = http.client.HTTPConnection(address, port, timeout=10)
    connection.request("GET", "/who", headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    return answer.status, answer.read().decode().strip(), answer.headers.get("x-rollout-member", "")


def test_the_maintenance_entrance_is_closed_to_everybody_but_testers(configured: Any, curl: Any) -> None:
    done = configured.configure(load_balancer_testers=[configured.store])
    assert done.returncode == 0, done.stdout
    configured.ask("set server standin_maintenance/app1 state ready")
    assert get(configured.address, 8091)[0] == 403
    assert curl("store", f"http://{configured.address}:8091/who") == "app1"
    assert get(configured.address, 8090)[0] == 200


def test_a_tester_who_names_a_member_gets_that_member_or_nobody(configured: Any) -> None:
    configured.ask("set server standin_maintenance/app2 state ready")
    assert get(configured.address, 8091, x_rollout_member="app2") == (200, "app2", "app2")
    assert get(configured.address, 8091, x_rollout_member="app1")[:2] == (
        503,
        "app1 is not serving in standin_maintenance",
    )
    assert get(configured.address, 8091, x_rollout_member="app9")[:2] == (404, "standin_maintenance has no such server")


def test_customers_never_reach_the_maintenance_pool(configured: Any) -> None:
    configured.ask("set server standin/app1 state maint; set server standin_maintenance/app1 state ready")
    answers = {get(configured.address, 8090, x_rollout_member="app1") for _time in range(20)}
    assert answers == {(200, "app2", "")}


def test_the_runtime_api_refuses_a_client_without_a_certificate(configured: Any, lab_pki: Any) -> None:
    context = ssl.create_default_context(cafile=lab_pki / "ca.pem")
    with pytest.raises(ssl.SSLError, match="certificate required"):
        ask_door(configured.address, context)


def test_the_runtime_api_answers_a_client_with_a_certificate(configured: Any, lab_pki: Any) -> None:
    context = ssl.create_default_context(cafile=lab_pki / "ca.pem")
    context.load_cert_chain(lab_pki / "client.pem", lab_pki / "client.key")
    assert ask_door(configured.address, context).strip() == "admin"


def test_the_runtime_api_does_not_speak_clear_text(configured: Any) -> None:
    with socket.create_connection((configured.address, 9999), timeout=10) as connection:
        connection.sendall(b"show cli level\n")
        assert b"admin" not in connection.recv(4096)


def ask_door(address: str, context: ssl.SSLContext) -> str:
    with (
        socket.create_connection((address, 9999), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname=address) as door,
    ):
        door.sendall(b"show cli level\n")
        return b"".join(iter(lambda: door.recv(4096), b"")).decode()
