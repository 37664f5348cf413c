# SPDX-License-Identifier: GPL-3.0-or-later
"""The sampler as the demo uses it: through a TLS door that wants a client certificate, until SIGTERM."""

from __future__ import annotations

import signal
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from ansible_collections.hybrid.rollout.tests.lab.demo import pool_floor
from ansible_collections.hybrid.rollout.tests.lab.demo.pool_floor import read_samples
from ansible_collections.hybrid.rollout.tests.unit.lab_quotes.edition import PATIENCE_SECONDS, free_port, wait_until

SAMPLER = str(Path(str(pool_floor.__file__)).parent / "pool_sampler")
REPLY = b"1\n# be_id be_name srv_op_state srv_admin_state\n3 quotes 2 0\n3 quotes 2 0\n3 quotes 2 1\n\n"


@pytest.fixture
def door(tmp_path: Path) -> Iterator[int]:
    """A balancer's TLS door that answers every visitor with a good certificate; its PKI is in tmp_path."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    client = authority.issue_cert("witness@example.com")
    client.private_key_pem.write_to_path(str(tmp_path / "client.key"))
    client.cert_chain_pems[0].write_to_path(str(tmp_path / "client.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    visitor, _address = listener.accept()
                    with context.wrap_socket(visitor, server_side=True) as connection:
                        if connection.recv(1000) == b"show servers state\n":
                            connection.sendall(REPLY)
                except ssl.SSLError:
                    continue
                except OSError:
                    return

        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


def test_it_counts_members_at_each_door_and_notes_a_door_that_does_not_open(door: int, tmp_path: Path) -> None:
    open_door, shut_door = f"127.0.0.1:{door}", f"127.0.0.1:{free_port()}"
    command = [sys.executable, SAMPLER, "--folder", str(tmp_path), "--pki", str(tmp_path)]
    command += ["--endpoint", open_door, "--endpoint", shut_door, "--interval-seconds", "0.02"]
    with subprocess.Popen(command) as process:
        try:
            samples = tmp_path / "pool.csv"
            wait_until(lambda: samples.exists() and len(read_samples(samples)) >= 6)
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE_SECONDS) == 0
        finally:
            process.kill()
    seen = {(sample.endpoint, sample.serving) for sample in read_samples(samples)}
    assert seen == {(open_door, 2), (shut_door, None)}
