# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import functools
import hashlib
import ssl
import threading
import time
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
import trustme
from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import EndpointFailed
from ansible_collections.hybrid.rollout.plugins.module_utils._release.fetch import Artifact, fetch, open_url

from .conftest import Store

CONTENT = b"a release"


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """The artifact's address; the authority of the store is in ca.pem."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    (tmp_path / "quotes.tar.gz").write_bytes(CONTENT)
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Store, directory=str(tmp_path))) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda request, client_address: None  # type: ignore[method-assign]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield f"https://127.0.0.1:{server.server_address[1]}/quotes.tar.gz"
        server.shutdown()


def bring(artifact: Artifact, destination: Path) -> bytes:
    fetch(artifact, str(destination), lambda size: None, Clock(time.monotonic, time.sleep), open_url)
    return destination.read_bytes()


def test_a_store_is_trusted_through_its_authority_only(address: str, tmp_path: Path) -> None:
    digest, authority = hashlib.sha256(CONTENT).hexdigest(), str(tmp_path / "ca.pem")
    assert bring(Artifact(address, digest, 60, ca_path=authority), tmp_path / "got") == CONTENT
    assert bring(Artifact(address, digest, 60, validate_certs=False), tmp_path / "got") == CONTENT
    with pytest.raises(EndpointFailed, match="certificate verify failed"):
        bring(Artifact(address, digest, 60), tmp_path / "got")
    with pytest.raises(EndpointFailed, match="CA file /nowhere/ca.pem"):
        bring(Artifact(address, digest, 60, ca_path="/nowhere/ca.pem"), tmp_path / "got")
