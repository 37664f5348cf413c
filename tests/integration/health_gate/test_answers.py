# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import errno
import socket
import ssl
import threading
from pathlib import Path
from typing import Any, Callable

import pytest
import trustme
from ansible_collections.hybrid.rollout.plugins.module_utils._health import connect
from ansible_collections.hybrid.rollout.tests.integration._ports import free_port

from .conftest import reset

Gate = Callable[..., dict[str, Any]]


def url(address: str, scheme: str = "http") -> dict[str, Any]:
    return {"name": "app1", "url": f"{scheme}://{address}"}


def last(result: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = result["targets"][0]["last"]
    return told


def test_a_ready_member_passes_with_the_version_asked_for(gate: Gate, member: str) -> None:
    result = gate(url(f"{member}/health?deep=1"), version="1.1", expect={"json": {"ready": True}}, timeout_seconds=60.0)
    assert result["verdict"] == "passed"
    assert result["targets"][0]["attempts"] == 2
    assert last(result)["version"] == "1.1"


def test_one_request_header_picks_one_member(gate: Gate, member: str) -> None:
    target = {**url(f"{member}/health"), "headers": {"x-rollout-member": "app3"}}
    expect = {"headers": {"x-rollout-member": "app3"}, "json": {"member": "app3"}}
    assert gate(target, expect=expect, timeout_seconds=60.0)["verdict"] == "passed"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("old", "it runs version 1.0, expected 1.1"),
        ("warming", "status 503, expected 200"),
        ("moved", "status 302, expected 200 (it redirects to /health)"),
    ],
)
def test_an_answer_that_is_not_as_expected_fails_in_its_own_words(
    gate: Gate, member: str, path: str, reason: str
) -> None:
    result = gate(url(f"{member}/{path}"), version="1.1")
    assert (result["verdict"], last(result)["reason"]) == ("failed", reason)
    assert reason in result["msg"]


def test_a_port_that_nobody_listens_on_is_the_applications_failure(gate: Gate) -> None:
    port = free_port()
    for target in (url(f"127.0.0.1:{port}/health"), {"name": "app1", "host": "127.0.0.1", "port": port}):
        result = gate(target)
        assert result["verdict"] == "failed"
        assert "Connection refused" in last(result)["error"]


def test_a_connection_that_is_reset_or_closed_is_the_applications_failure(gate: Gate, rude: Any) -> None:
    assert gate(url(f"127.0.0.1:{rude(reset)}/"))["verdict"] == "failed"

    def hang_up(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.close()

    result = gate(url(f"127.0.0.1:{rude(hang_up)}/"))
    assert (result["verdict"], last(result)["error"]) == ("failed", "the connection was closed without an answer")


def test_an_answer_that_is_not_http_is_the_applications_failure(gate: Gate, rude: Any) -> None:
    def banner(connection: socket.socket) -> None:
        connection.sendall(b"220 mail ready\r\n")
        connection.recv(65536)
        connection.close()

    result = gate(url(f"127.0.0.1:{rude(banner)}/"))
    assert result["verdict"] == "failed"
    assert last(result)["error"].startswith("not an HTTP answer")


def test_a_member_that_hangs_is_given_up_after_the_request_timeout(gate: Gate, rude: Any) -> None:
    let_go = threading.Event()
    port = rude(lambda connection: (let_go.wait(60), connection.close()))
    result = gate(url(f"127.0.0.1:{port}/"), request_timeout_seconds=0.2)
    let_go.set()
    assert (result["verdict"], last(result)["error"]) == ("failed", "no answer within 0.2 s")


def test_an_answer_that_drips_is_given_up_after_the_request_timeout(gate: Gate, rude: Any) -> None:
    stop = threading.Event()

    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while not stop.wait(0.02):
            try:
                connection.sendall(b"x")
            except OSError:
                return

    result = gate(url(f"127.0.0.1:{rude(drip)}/"), request_timeout_seconds=0.3)
    stop.set()
    assert (result["verdict"], last(result)["error"]) == ("failed", "no answer within 0.3 s")


def test_a_port_that_accepts_passes_whatever_is_behind_it(gate: Gate, rude: Any) -> None:
    target = {"name": "app1", "host": "127.0.0.1", "port": rude(lambda connection: connection.close())}
    assert gate(target, timeout_seconds=60.0)["verdict"] == "passed"


def test_a_hanging_member_does_not_keep_the_others_from_passing(gate: Gate, member: str, rude: Any) -> None:
    let_go = threading.Event()
    port = rude(lambda connection: (let_go.wait(60), connection.close()))
    hanging = {"name": "app2", "url": f"http://127.0.0.1:{port}/"}
    result = gate(hanging, url(f"{member}/health"), timeout_seconds=0.5, request_timeout_seconds=1.0)
    let_go.set()
    assert [target["verdict"] for target in result["targets"]] == ["failed", "passed"]
    assert "app1 passed" not in result["msg"]


@pytest.mark.parametrize("scheme", ["http", "tcp"])
def test_a_name_that_nobody_knows_could_not_be_asked(gate: Gate, scheme: str) -> None:
    name = "no-such-member.invalid"
    result = gate(url(f"{name}/") if scheme == "http" else {"name": "app1", "host": name, "port": 80})
    assert result["verdict"] == "could_not_ask"


@pytest.mark.parametrize("number", [errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EACCES])
def test_a_way_that_is_not_there_could_not_be_asked(gate: Gate, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    class Blocked(socket.socket):
        def connect(self, address: Any) -> None:
            raise OSError(number, "the network's own words")

    monkeypatch.setattr(connect.socket, "socket", Blocked)
    result = gate(url("127.0.0.1:1/"))
    assert result["verdict"] == "could_not_ask"
    assert "the network's own words" in result["msg"]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def files(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """ca.pem, and client.pem with its key inside."""
    directory = tmp_path_factory.mktemp("pki")
    authority.cert_pem.write_to_path(str(directory / "ca.pem"))
    authority.issue_cert("client@example.org").private_key_and_cert_chain_pem.write_to_path(
        str(directory / "client.pem")
    )
    return directory


def serving(authority: trustme.CA, name: str = "127.0.0.1", ask_for_client: bool = False) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    if ask_for_client:
        authority.configure_trust(context)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def test_a_member_over_tls_passes_with_its_authority(
    gate: Gate, tls_member: Any, authority: trustme.CA, files: Path
) -> None:
    target = url(f"{tls_member(serving(authority))}/health", "https")
    assert gate(target, ca_path=str(files / "ca.pem"), timeout_seconds=60.0)["verdict"] == "passed"
    assert gate(target, validate_certs=False, timeout_seconds=60.0)["verdict"] == "passed"


def test_a_certificate_that_is_not_trusted_could_not_be_asked(
    gate: Gate, tls_member: Any, authority: trustme.CA, files: Path
) -> None:
    unknown = gate(url(f"{tls_member(serving(authority))}/health", "https"))
    assert unknown["verdict"] == "could_not_ask"
    assert "certificate verify failed" in unknown["msg"]
    other_name = url(f"{tls_member(serving(authority, 'app9.example.org'))}/health", "https")
    assert gate(other_name, ca_path=str(files / "ca.pem"))["verdict"] == "could_not_ask"


def test_a_client_certificate_opens_a_member_that_asks_for_one(
    gate: Gate, tls_member: Any, authority: trustme.CA, files: Path
) -> None:
    target = url(f"{tls_member(serving(authority, ask_for_client=True))}/health", "https")
    trust = {"ca_path": str(files / "ca.pem"), "timeout_seconds": 60.0}
    assert gate(target, client_cert=str(files / "client.pem"), **trust)["verdict"] == "passed"
    assert gate(target, **{**trust, "timeout_seconds": 0.0})["verdict"] in ("could_not_ask", "failed")


@pytest.mark.parametrize("option", ["ca_path", "client_cert"])
def test_a_file_that_cannot_be_read_could_not_be_asked_and_is_named(gate: Gate, option: str) -> None:
    result = gate(url("127.0.0.1:1/", "https"), **{option: "/nowhere/file.pem"})
    assert result["verdict"] == "could_not_ask"
    assert "/nowhere/file.pem" in result["msg"]
