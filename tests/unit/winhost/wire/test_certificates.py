# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import socket
import ssl
import threading
from pathlib import Path

from ansible_collections.hybrid.rollout.tests.winhost.wire import certificates


def test_a_client_as_strict_as_python_3_13_trusts_a_host_by_its_authority(tmp_path: Path) -> None:
    made = certificates.make(tmp_path, ["127.0.1.1"])
    strict = ssl.create_default_context(cafile=str(made.authority))
    strict.verify_flags |= ssl.VERIFY_X509_STRICT
    ours, theirs = socket.socketpair()
    with ours, theirs:
        server = threading.Thread(target=lambda: made.context().wrap_socket(theirs, server_side=True).close())
        server.start()
        with strict.wrap_socket(ours, server_hostname="127.0.1.1") as talk:
            assert talk.getpeercert()
            server.join(30)
