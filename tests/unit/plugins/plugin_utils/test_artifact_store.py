# SPDX-License-Identifier: GPL-3.0-or-later
"""A version is looked up in a real store on loopback."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Optional

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput, EndpointFailed, NotFound
from ansible_collections.hybrid.rollout.plugins.module_utils._rollout.release import Release
from ansible_collections.hybrid.rollout.plugins.plugin_utils._artifact_store import release_of, resolve

DIGEST = "0123456789abcdef" * 4


class Store:
    """``files`` are what it has, by path; ``asked`` what was asked of it: (method, path, authorization)."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.files: dict[str, bytes] = {}
        self.status: dict[str, int] = {}
        self.asked: list[tuple[str, str, Any]] = []


@pytest.fixture
def store() -> Iterator[Store]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append((self.command, self.path, self.headers.get("Authorization")))
            content = made.files.get(self.path)
            self.send_response(made.status.get(self.path, 404 if content is None else 200))
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(content or b"")

        do_HEAD = do_GET

        def log_message(self, *_arguments: object) -> None:
            """The test's output is not a web server's log."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made = Store(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield made
        server.shutdown()
        thread.join()


def published(store: Store, digest: str = f"{DIGEST.upper()}  quotes-1.1.tar.gz\n") -> str:
    store.files = {"/quotes-1.1.tar.gz": b"archive", "/quotes-1.1.tar.gz.sha256": digest.encode()}
    return f"{store.address}/quotes-1.1.tar.gz"


def test_the_digest_stands_beside_the_artifact(store: Store) -> None:
    assert resolve("quotes", "1.1", published(store), None).sha256 == DIGEST


def test_the_stores_credentials_go_to_the_store(store: Store) -> None:
    resolve("quotes", "1.1", published(store), None, {"Authorization": "Bearer x"})
    assert store.asked == [
        ("GET", "/quotes-1.1.tar.gz.sha256", "Bearer x"),
        ("HEAD", "/quotes-1.1.tar.gz", "Bearer x"),
    ]


def test_a_given_digest_asks_nobody(store: Store) -> None:
    assert resolve("quotes", "1.1", published(store), DIGEST.upper()).sha256 == DIGEST
    assert store.asked == []


def test_a_version_that_was_not_published_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound, match=r"Version 1\.1 of quotes was not found: .*sha256 answered 404"):
        resolve("quotes", "1.1", f"{store.address}/quotes-1.1.tar.gz", None)


def test_a_digest_without_its_artifact_is_not_found(store: Store) -> None:
    url = published(store)
    del store.files["/quotes-1.1.tar.gz"]
    with pytest.raises(NotFound, match=r"quotes-1\.1\.tar\.gz answered 404"):
        resolve("quotes", "1.1", url, None)


def test_something_else_than_a_digest_is_quoted(store: Store) -> None:
    with pytest.raises(BadInput, match="the first word of .*sha256 is '<html>'"):
        resolve("quotes", "1.1", published(store, "<html> login </html>"), None)


def test_a_store_in_trouble_is_not_a_missing_version(store: Store) -> None:
    url = published(store)
    store.status["/quotes-1.1.tar.gz.sha256"] = 503
    with pytest.raises(EndpointFailed, match="503"):
        resolve("quotes", "1.1", url, None)
    with pytest.raises(EndpointFailed, match="refused"):
        resolve("quotes", "1.1", "http://127.0.0.1:9/quotes-1.1.tar.gz", None)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "quotes.tar.gz", "http://ci:secret@store/quotes.tar.gz"])
def test_an_address_that_cannot_be_meant_is_refused_without_showing_its_password(url: str) -> None:
    with pytest.raises(BadInput) as refused:
        resolve("quotes", "1.1", url, None)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("version", ["", "../1.1", "1 1", "-1", "a..b", "1;x"])
def test_a_version_that_cannot_be_a_directory_is_refused(version: str) -> None:
    with pytest.raises(BadInput, match="cannot be a version"):
        resolve("quotes", version, "http://store/quotes.tar.gz", DIGEST)


def wish(store: Store, *members: dict[str, Any]) -> dict[str, Any]:
    return {
        "service": "quotes",
        "version": "1.1",
        "artifact_url": f"{store.address}/quotes-1.1.tar.gz",
        "artifact_sha256": None,
        "artifact_headers": None,
        "members": members,
    }


def member(name: str, url: Optional[str] = None, sha256: Optional[str] = None) -> dict[str, Any]:
    return {"name": name, "artifact_url": url, "artifact_sha256": sha256}


def test_members_of_two_platforms_fetch_two_artifacts_and_the_store_is_asked_once_for_each(store: Store) -> None:
    published(store)
    zip_url, zip_digest = f"{store.address}/quotes-1.1.zip", "f" * 64
    store.files.update({"/quotes-1.1.zip": b"zip", "/quotes-1.1.zip.sha256": zip_digest.encode()})
    asked = wish(store, member("app1"), member("app2"), member("win1", zip_url), member("win2", zip_url))
    release = release_of(asked, asked["members"])
    assert {name: artifact.sha256 for name, artifact in release.by_member.items()} == {
        **{"app1": DIGEST, "app2": DIGEST},
        **{"win1": zip_digest, "win2": zip_digest},
    }
    assert len(store.asked) == 4
    assert release.sha256 == hashlib.sha256(f"{DIGEST}\n{zip_digest}\n".encode()).hexdigest()
    assert release.url == f"{store.address}/quotes-1.1.tar.gz {zip_url}"


def test_a_release_of_one_artifact_has_its_digest_whoever_names_it(store: Store) -> None:
    url = published(store)
    asked = wish(store, member("app1"), member("app2", url))
    assert release_of(asked, asked["members"]).sha256 == DIGEST


def test_a_members_own_artifact_is_not_taken_for_the_one_whose_digest_was_given(store: Store) -> None:
    asked = {
        **wish(store, member("app1"), member("win1", f"{store.address}/quotes-1.1.zip")),
        "artifact_sha256": DIGEST,
    }
    with pytest.raises(NotFound, match=r"quotes-1\.1\.zip\.sha256 answered 404"):
        release_of(asked, asked["members"])


def test_one_digest_is_right_for_mirrors_and_wrong_for_files_of_other_names() -> None:
    def given(*urls: str) -> Release:
        members = [member(f"app{number}", url, DIGEST) for number, url in enumerate(urls)]
        asked = {"service": "quotes", "version": "1.1", "artifact_headers": None}
        return release_of(asked, members)

    mirrors = ("http://a/quotes-1.1.zip", "http://b/mirror/quotes-1.1.zip")
    assert given(*mirrors).sha256 == DIGEST
    with pytest.raises(BadInput, match=rf"digest {DIGEST} for 2 artifacts: quotes-1.1.tar.gz, quotes-1.1.zip"):
        given(*mirrors, "http://a/quotes-1.1.tar.gz")
