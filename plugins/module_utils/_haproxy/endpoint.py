# SPDX-License-Identifier: GPL-3.0-or-later
"""Where an HAProxy process is asked: the URL of its runtime API, read and checked. Private to hybrid.rollout."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Optional
from urllib.parse import urlsplit

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput

FORMS = (
    "unix:///run/haproxy/admin.sock, master+unix:///run/haproxy-master.sock, tls://lb1.example.com:9999 or "
    "tcp://127.0.0.1:9999"
)


@dataclass(frozen=True)
class Endpoint:
    """One HAProxy process's runtime API. ``path`` is set for unix and master+unix, ``host`` and ``port`` for tls and tcp.

    Through a master socket the current worker is meant, whichever that is after a reload.
    """

    name: str
    url: str
    scheme: str
    path: str = ""
    host: str = ""
    port: int = 0
    may_be_down: bool = False


def read_endpoints(options: Sequence[Mapping[str, Any]]) -> list[Endpoint]:
    """The endpoints of a task's ``endpoints`` option; their names tell them apart, so they have to differ."""
    if not options:
        raise BadInput("endpoints is empty: name at least one HAProxy process, such as " + FORMS)
    endpoints = [
        replace(
            read_endpoint(option["url"], option.get("name"), bool(option.get("allow_clear_text"))),
            may_be_down=bool(option.get("may_be_down")),
        )
        for option in options
    ]
    if all(endpoint.may_be_down for endpoint in endpoints):
        raise BadInput("every endpoint has may_be_down: at least one has to be up, or nothing would hold anywhere")
    names = [endpoint.name for endpoint in endpoints]
    for name in names:
        if names.count(name) > 1:
            raise BadInput(f"two endpoints are called {name}: give each its own name", endpoint=name)
    return endpoints


def read_endpoint(url: str, name: Optional[str] = None, allow_clear_text: bool = False) -> Endpoint:
    if not f"{url}{name or ''}".isprintable():
        raise BadInput(
            f"endpoint {url!r} has a line break or another character that cannot be printed in its name or url",
            endpoint=repr(name or url),
        )
    parts = urlsplit(url)
    if parts.scheme in ("unix", "master+unix") and parts.path.startswith("/") and not parts.netloc:
        return Endpoint(name or parts.path, url, parts.scheme, path=parts.path)
    try:
        host, port = parts.hostname or "", parts.port or 0
    except ValueError as error:
        raise BadInput(f"endpoint {url}: {error}; write it as {FORMS}", endpoint=name or url) from error
    if parts.scheme not in ("tls", "tcp") or not host or not port or parts.path:
        raise BadInput(f"endpoint {url} is not understood: write it as {FORMS}", endpoint=name or url)
    if parts.scheme == "tcp" and not allow_clear_text and not _is_loopback(host):
        raise BadInput(
            f"endpoint {url} would send admin commands in clear text to another machine: use tls:// with a client "
            "certificate, or set allow_clear_text on this endpoint if the way there is protected by other means",
            endpoint=name or url,
        )
    return Endpoint(name or host, url, parts.scheme, host=host, port=port)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
