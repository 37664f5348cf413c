# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput, EndpointFailed
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.endpoint import Endpoint
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.transport import Access, Transport

from .conftest import FakeClock


@pytest.fixture
def deaf(tmp_path: Path) -> Iterator[Endpoint]:
    """A socket that accepts and never answers."""
    path = str(tmp_path / "deaf.sock")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        yield Endpoint("lb1", f"unix://{path}", "unix", path=path)


def test_an_endpoint_that_never_answers_is_given_up(deaf: Endpoint, time: FakeClock) -> None:
    transport = Transport(Access(read_timeout=0.05), time.clock, tls_wanted=False)
    with pytest.raises(EndpointFailed, match=r"HAProxy lb1 \(unix:///.*deaf.sock\) could not be asked: .*timed out"):
        transport.exchange(deaf, "show info")


def test_an_endpoint_that_drips_its_answer_is_given_up_at_the_deadline(deaf: Endpoint) -> None:
    seconds = iter(range(100))
    near, far = socket.socketpair()
    far.sendall(b"drip")
    transport = Transport(Access(read_timeout=1.0), Clock(lambda: float(next(seconds)), lambda _s: None), False)
    with near, far, pytest.raises(socket.timeout, match="no complete answer within 1.0 seconds"):
        transport._read_to_end(near)


def test_everything_up_to_the_end_is_the_answer(tmp_path: Path, time: FakeClock) -> None:
    path = str(tmp_path / "a.sock")
    heard: list[bytes] = []
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()

        def answer() -> None:
            peer, _address = listener.accept()
            with peer:
                heard.append(peer.recv(1000))
                peer.sendall(b"one\n\n")
                peer.sendall(b"two\n")

        thread = threading.Thread(target=answer)
        thread.start()
        transport = Transport(Access(), time.clock, tls_wanted=False)
        assert transport.exchange(Endpoint("lb1", "", "unix", path=path), "show info") == "one\n\ntwo\n"
        thread.join()
    assert heard == [b"show info\n"]


def test_a_socket_that_is_not_there_is_named_with_what_to_look_at(tmp_path: Path, time: FakeClock) -> None:
    endpoint = Endpoint("lb1", f"unix://{tmp_path}/none", "unix", path=f"{tmp_path}/none")
    with pytest.raises(EndpointFailed, match=r"No such file or directory\. Does the socket exist") as caught:
        Transport(Access(), time.clock, tls_wanted=False).exchange(endpoint, "show info")
    assert caught.value.failure()["command"] == "show info"


def test_a_certificate_that_cannot_be_read_is_named(time: FakeClock) -> None:
    with pytest.raises(BadInput, match="ca_path /nowhere/ca.pem"):
        Transport(Access(ca_path="/nowhere/ca.pem"), time.clock, tls_wanted=True)
