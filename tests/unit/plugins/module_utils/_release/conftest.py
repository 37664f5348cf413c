# SPDX-License-Identifier: GPL-3.0-or-later
"""A host with a service root, an artifact store that is a function, and a systemd that is a script."""

from __future__ import annotations

import hashlib
import io
import tarfile
import urllib.error
from email.message import Message
from pathlib import Path
from typing import Any, Optional

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.plugins.module_utils._release.steps import run


def archive(*members: tarfile.TarInfo, **files: str) -> bytes:
    """A .tar.gz with ``files`` (``__`` stands for a slash) and then ``members``, which may be anything."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name.replace("__", "/"))
            info.size, info.mode, info.uid = len(content), 0o777, 4242
            tar.addfile(info, io.BytesIO(content.encode()))
        for member in members:
            tar.addfile(member, io.BytesIO(b"x" * member.size) if member.isfile() else None)
    return packed.getvalue()


class Response(io.BytesIO):
    def __init__(self, content: bytes, length: Optional[int]) -> None:
        super().__init__(content)
        self.headers = Message()
        if length is not None:
            self.headers["Content-Length"] = str(length)


class Host:
    """``stage``, ``make_current`` and ``prune`` are tasks; the rest is the world they meet."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.store: dict[str, bytes] = {}
        self.requests: list[Any] = []
        self.commands: list[str] = []
        self.unit = {"LoadState": "loaded", "ActiveState": "active"}
        self.restart_reply = (0, "", "")
        self.now = 0.0
        self.announced_bytes: Optional[int] = None

    def task(self, state: str, check_mode: bool = False, **given: Any) -> dict[str, Any]:
        options: dict[str, Any] = {
            "service_root": str(self.root),
            "state": state,
            "version": None,
            "url": None,
            "sha256": None,
            "headers": None,
            "download_timeout_seconds": 60.0,
            "ca_path": None,
            "validate_certs": True,
            "minimum_free_bytes": 0,
            "owner": None,
            "group": None,
            "unit": None,
            "keep": 3,
            "record": None,
            **given,
        }
        return run(options, check_mode, Clock(lambda: self.now, lambda seconds: None), self.systemd, self.open)

    def publish(self, version: str, content: Optional[bytes] = None) -> str:
        """Put an artifact into the store and return its digest."""
        made = archive(bin__quotes=f"#!/bin/sh\n# {version}\n") if content is None else content
        self.store[f"http://store/quotes-{version}.tar.gz"] = made
        return hashlib.sha256(made).hexdigest()

    def stage(self, version: str, digest: Optional[str] = None, **given: Any) -> dict[str, Any]:
        url = f"http://store/quotes-{version}.tar.gz"
        digest = digest or hashlib.sha256(self.store[url]).hexdigest()
        return self.task("staged", version=version, url=url, sha256=digest, **given)

    def make_current(self, version: str, **given: Any) -> dict[str, Any]:
        return self.task("current", version=version, **given)

    def open(self, request: Any, timeout: float, context: object) -> Response:
        self.requests.append(request)
        if request.full_url not in self.store:
            raise urllib.error.HTTPError(request.full_url, 404, "Not Found", Message(), None)
        content = self.store[request.full_url]
        return Response(content, len(content) if self.announced_bytes is None else self.announced_bytes)

    def systemd(self, command: list[str]) -> tuple[int, str, str]:
        self.commands.append(" ".join(command))
        if command[:2] == ["systemctl", "show"]:
            return 0, "".join(f"{key}={value}\n" for key, value in self.unit.items()), ""
        if command[:2] == ["systemctl", "restart"]:
            return self.restart_reply
        if command[0] == "journalctl":
            return 0, "quotes[7]: Address already in use\n", ""
        return 0, "", ""

    def releases(self) -> list[str]:
        return sorted(path.name for path in (self.root / "releases").iterdir())

    @property
    def restarts(self) -> int:
        return sum("systemctl restart" in command for command in self.commands)


@pytest.fixture
def host(tmp_path: Path) -> Host:
    return Host(tmp_path / "srv" / "quotes")


@pytest.fixture
def member(host: Host) -> Host:
    """A host that runs 1.0 and has 1.1 beside it."""
    for version in ("1.0", "1.1"):
        host.publish(version)
        host.stage(version)
    host.make_current("1.0")
    return host
