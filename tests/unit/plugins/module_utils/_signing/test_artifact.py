# SPDX-License-Identifier: GPL-3.0-or-later
"""The signature over an artifact's digest, fetched from a real store on loopback and checked by the real ssh-keygen."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._gate import GateNotPassed
from ansible_collections.hybrid.rollout.plugins.module_utils._signing.arguments import NAMESPACE
from ansible_collections.hybrid.rollout.plugins.module_utils._signing.artifact import run
from ansible_collections.hybrid.rollout.plugins.plugin_utils._signed_files import fetch
from ansible_collections.hybrid.rollout.tests.unit.plugins.module_utils._signing.people import People

DIGEST = "0123456789abcdef" * 4
LINE = f"{DIGEST}  quotes-1.1.tar.gz\n"


class Store:
    """What a build published, and the gate that asks for it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.people = People(folder)
        self.people.allow("build@example.com", "build")
        self.files: dict[str, bytes] = {}
        self.status: dict[str, int] = {}
        self.seen: list[Any] = []
        store = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                store.seen.append(self.headers.get("Authorization"))
                content = store.files.get(self.path)
                self.send_response(store.status.get(self.path, 404 if content is None else 200))
                self.end_headers()
                self.wfile.write(content or b"")

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/quotes-1.1.tar.gz"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def publish(self, line: str = LINE, key: str = "build", namespace: str = NAMESPACE) -> None:
        signed = self.folder / "digest"
        signed.write_text(line, encoding="utf-8")
        self.people.sign(key, signed, namespace)
        self.files["/quotes-1.1.tar.gz.sha256"] = line.encode()
        self.files["/quotes-1.1.tar.gz.sha256.sig"] = Path(f"{signed}.sig").read_bytes()

    def ask(self, check_mode: bool = False, **options: Any) -> dict[str, Any]:
        given = {
            **{"url": self.url, "sha256": DIGEST, "headers": {"Authorization": "Bearer t"}, "revoked_keys": None},
            **{"allowed_signers": str(self.people.allowed), "namespace": NAMESPACE},
            **options,
        }
        return run(given, lambda url: fetch(url, given["headers"]), check_mode)

    def refused(self, verdict: str = "failed", **options: Any) -> str:
        with pytest.raises(GateNotPassed) as caught:
            self.ask(**options)
        assert caught.value.result["verdict"] == verdict
        return str(caught.value)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path)
    yield made
    made.close()


def test_the_builds_signature_under_the_digest_opens_the_gate(store: Store) -> None:
    store.publish()
    result = store.ask()
    assert (result["verdict"], result["signed_by"], result["sha256"]) == ("passed", "build@example.com", DIGEST)
    assert store.seen == ["Bearer t", "Bearer t"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (f"{'f' * 64}  quotes-1.1.tar.gz\n", "members are to get 0123"),
        (f"{DIGEST}  quotes-1.0.tar.gz\n", "is about quotes-1.0.tar.gz, not about quotes-1.1.tar.gz"),
        (DIGEST, "not one line of digest and file name"),
        (LINE + LINE, "not one line of digest and file name"),
    ],
)
def test_a_signature_under_something_else_keeps_it_shut(store: Store, line: str, words: str) -> None:
    store.publish(line)
    assert words in store.refused()


def test_a_digest_that_was_changed_after_it_was_signed_keeps_it_shut(store: Store) -> None:
    store.publish(f"{'f' * 64}  quotes-1.1.tar.gz\n")
    store.files["/quotes-1.1.tar.gz.sha256"] = LINE.encode()
    assert "it was changed after build@example.com signed it" in store.refused()


@pytest.mark.parametrize("name", ["/quotes-1.1.tar.gz.sha256", "/quotes-1.1.tar.gz.sha256.sig"])
def test_a_missing_signature_is_no_signature(store: Store, name: str) -> None:
    store.publish()
    del store.files[name]
    assert f"{name}: the store answered 404" in store.refused()


def test_a_stranger_may_not_publish(store: Store) -> None:
    store.publish(key="mallory")
    assert "it was signed by nobody of" in store.refused()


def test_an_approvers_signature_is_not_a_publishers(store: Store) -> None:
    store.publish(namespace="rollout-approval@hybrid.rollout")
    assert "for another purpose" in store.refused()


def test_a_revoked_publisher_publishes_no_more(store: Store, tmp_path: Path) -> None:
    store.publish()
    revoked = tmp_path / "revoked"
    revoked.write_text(store.people.public("build"), encoding="ascii")
    assert "is revoked by" in store.refused(revoked_keys=str(revoked))


@pytest.mark.parametrize("status", [403, 500, 503])
def test_a_store_in_trouble_says_nothing_about_the_artifact(store: Store, status: int) -> None:
    store.publish()
    store.status["/quotes-1.1.tar.gz.sha256.sig"] = status
    assert f"the store answered {status}" in store.refused("could_not_ask")


def test_a_store_that_is_down_says_nothing_about_the_artifact(store: Store) -> None:
    store.publish()
    store.server.shutdown()
    store.server.server_close()
    assert "This says nothing about the artifact" in store.refused("could_not_ask")


def test_a_page_in_place_of_a_signature_is_not_read_to_its_end(store: Store) -> None:
    store.publish()
    store.files["/quotes-1.1.tar.gz.sha256.sig"] = b"x" * 100_000
    assert "is larger than" in store.refused()


def test_check_mode_tells_and_stops_nobody(store: Store) -> None:
    assert store.ask(check_mode=True)["verdict"] == "failed"


def test_a_digest_that_is_none_is_refused(store: Store) -> None:
    with pytest.raises(BadInput):
        store.ask(sha256="abc")
