# SPDX-License-Identifier: GPL-3.0-or-later
"""Download an artifact and check its digest. Private to hybrid.rollout."""

from __future__ import annotations

import hashlib
import http.client
import os
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from email.message import Message
from typing import IO, Callable, Optional, Protocol
from urllib.parse import urlsplit, urlunsplit

from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock, Deadline
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import (
    EndpointFailed,
    NotFound,
    RolloutError,
    TimedOut,
)

BLOCK = 256 * 1024


class Response(Protocol):
    """What there is in common to the answers of http, https and file."""

    headers: Message

    def read1(self, amount: int, /) -> bytes: ...

    def close(self) -> None: ...


Opener = Callable[..., Response]


def open_url(request: urllib.request.Request, timeout: float, context: Optional[ssl.SSLContext]) -> Response:
    """What opens an address for real; tests bring their own."""
    opened: Response = urllib.request.build_opener(urllib.request.HTTPSHandler(context=context)).open(
        request, timeout=timeout
    )
    return opened


class ChecksumMismatch(RolloutError):
    """The artifact is not the one that was asked for."""

    code = "checksum_mismatch"


@dataclass(frozen=True)
class Artifact:
    """Where an artifact is, what it has to be, and how to ask for it."""

    url: str
    sha256: str
    timeout_seconds: float
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    ca_path: Optional[str] = None
    validate_certs: bool = True

    @property
    def shown(self) -> str:
        """The address without what may be a secret in it."""
        parts = urlsplit(self.url)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def fetch(
    artifact: Artifact, destination: str, check_space: Callable[[int], None], clock: Clock, opener: Opener
) -> None:
    """Write the artifact to ``destination``; ``check_space`` is told its size (0 if unknown) before the first byte."""
    deadline = Deadline(artifact.timeout_seconds, clock)
    try:
        with closing(_open(artifact, opener)) as response:
            size = int(response.headers.get("Content-Length") or 0)
            check_space(size)
            with open(destination, "wb") as file:
                got, digest = _copy(artifact, response, file, deadline)
    except urllib.error.HTTPError as error:
        kind = NotFound if error.code in (404, 410) else EndpointFailed
        hint = "Is this version published there?" if kind is NotFound else "Ask those who run the store."
        raise _failed(artifact, f"HTTP status {error.code} {error.reason}", hint, kind) from error
    except (
        urllib.error.URLError,
        http.client.HTTPException,
        ssl.SSLError,
        ConnectionError,
        TimeoutError,
        socket.timeout,
    ) as error:
        words = str(getattr(error, "reason", error)) or repr(error)
        kind = NotFound if isinstance(getattr(error, "reason", None), FileNotFoundError) else EndpointFailed
        raise _failed(artifact, words, "Check the address and the way to it from this host.", kind) from error
    if got < size:
        raise _failed(artifact, f"it ended after {got} of {size} bytes", "Try again.")
    if digest != artifact.sha256:
        raise ChecksumMismatch(
            f"{artifact.shown} is not the artifact that was asked for: its SHA-256 is {digest}, expected "
            f"{artifact.sha256}. Nothing was unpacked. Publish the artifact again, or correct the digest.",
            endpoint=artifact.shown,
            command="GET",
            reply=digest,
        )


def _open(artifact: Artifact, opener: Opener) -> Response:
    """Headers of ours are not sent on to where a redirect leads: they may hold a password for this store."""
    request = urllib.request.Request(artifact.url)  # noqa: S310 - the scheme is checked with the options
    for name, value in artifact.headers.items():
        request.add_unredirected_header(name, value)
    return opener(request, timeout=artifact.timeout_seconds, context=_tls(artifact))


def _tls(artifact: Artifact) -> Optional[ssl.SSLContext]:
    if urlsplit(artifact.url).scheme != "https":
        return None
    try:
        context = ssl.create_default_context(cafile=artifact.ca_path)
    except OSError as error:
        raise _failed(artifact, f"CA file {artifact.ca_path}: {error}", "Check ca_path on this host.") from error
    if not artifact.validate_certs:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _copy(artifact: Artifact, response: Response, file: IO[bytes], deadline: Deadline) -> tuple[int, str]:
    digest, got = hashlib.sha256(), 0
    while True:
        block = response.read1(BLOCK)
        if not block:
            break
        digest.update(block)
        got += len(block)
        file.write(block)
        if deadline.expired:
            raise TimedOut(
                f"{artifact.shown} was not complete within {artifact.timeout_seconds:g} s: {got} bytes came. "
                "Raise download_timeout_seconds, or see why the store is slow.",
                endpoint=artifact.shown,
                command="GET",
                reply=f"{got} bytes",
            )
    file.flush()
    os.fsync(file.fileno())
    return got, digest.hexdigest()


def _failed(artifact: Artifact, reply: str, hint: str, kind: type[RolloutError] = EndpointFailed) -> RolloutError:
    return kind(
        f"{artifact.shown} could not be fetched: {reply}. {hint}", endpoint=artifact.shown, command="GET", reply=reply
    )
