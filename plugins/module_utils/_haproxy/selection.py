# SPDX-License-Identifier: GPL-3.0-or-later
"""Which servers of which pools a task means: names, globs, regular expressions, addresses. Pure. Private to hybrid.rollout."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput, NotFound
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.commands import name
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import Server, ServerKey, Snapshot

Matches = Callable[[Server], bool]
SHOWN = 20


@dataclass(frozen=True)
class Selection:
    """``backends`` empty: every one that has a match. Each text of ``servers`` has to match ``min_matches`` times on every endpoint,
    unless what is ``missing`` is to be created, or may be ignored."""

    servers: Sequence[str]
    match: str
    backends: Sequence[str] = ()
    min_matches: int = 1
    missing: str = "fail"

    def keys(self, snapshots: Iterable[Snapshot]) -> list[ServerKey]:
        found: list[ServerKey] = []
        matchers = [(text, matcher(text, self.match)) for text in self.servers]
        for seen in snapshots:
            for backend in self.backends:
                if backend not in seen.pools:
                    raise NotFound(
                        f"HAProxy {seen.endpoint} has no backend {backend}. It has: {some_of(seen.pools)}.",
                        endpoint=seen.endpoint,
                    )
            for text, matches in matchers:
                hits = [
                    ServerKey(seen.endpoint, pool, server.name)
                    for pool in self.backends or seen.pools
                    for server in seen.pools[pool].values()
                    if matches(server)
                ]
                if self.missing == "create":
                    hits = [ServerKey(seen.endpoint, pool, text) for pool in self.backends]
                elif self.missing == "fail" and len(hits) < self.min_matches:
                    raise self._too_few(seen, text, len(hits))
                found += hits
        return list(dict.fromkeys(found))

    def _too_few(self, seen: Snapshot, text: str, hits: int) -> NotFound:
        there = {
            f"{server.settings.address}:{server.settings.port}" if self.match == "address" else server.name
            for pool in self.backends or seen.pools
            for server in seen.pools[pool].values()
        }
        where = f"backends {', '.join(self.backends)}" if self.backends else "all backends"
        return NotFound(
            f"HAProxy {seen.endpoint}: {self.match} {text!r} matches {hits} servers in {where}, min_matches is "
            f"{self.min_matches}. It has: {some_of(there)}.",
            endpoint=seen.endpoint,
        )


def matcher(text: str, match: str) -> Matches:
    """Refuses a text that its kind of matching cannot understand."""
    if match == "name":
        wanted = name(text, "server")
        return lambda server: server.name == wanted
    if match == "glob":
        return lambda server: fnmatchcase(server.name, text)
    if match == "regex":
        try:
            pattern = re.compile(text)
        except re.error as error:
            raise BadInput(f"servers: {text!r} is not a regular expression: {error}") from error
        return lambda server: bool(pattern.fullmatch(server.name))
    address, port = _address(text)
    return lambda server: server.settings.address == address and port in (None, server.settings.port)


def ip_address(text: str, what: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError as error:
        raise BadInput(f"{what}: {error}. HAProxy is told addresses, not host names.") from error


def _address(text: str) -> tuple[str, Optional[int]]:
    bracketed = re.fullmatch(r"\[([^]]+)\](?::(\d+))?", text)
    plain = re.fullmatch(r"([^:]+)(?::(\d+))?", text)
    found = bracketed or plain
    host, port = (found[1], found[2]) if found else (text, None)
    return ip_address(host, f"servers: {text!r}"), int(port) if port else None


def some_of(names: Iterable[str]) -> str:
    """As many as an operator can read."""
    known = sorted(names)
    rest = f" and {len(known) - SHOWN} more" if len(known) > SHOWN else ""
    return ", ".join(known[:SHOWN]) + rest
