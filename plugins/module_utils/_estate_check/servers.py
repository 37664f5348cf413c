# SPDX-License-Identifier: GPL-3.0-or-later
"""The servers of a configuration's pools, each with what it inherits. Private to hybrid.rollout."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.configuration import (
    Configuration,
    Line,
    Section,
)

FLAGS = {"check": True, "no-check": False, "agent-check": True, "no-agent-check": False}
VALUED_WORDS = (
    "addr agent-addr agent-inter agent-port agent-send alpn ca-file ciphers cookie crl-file crt downinter error-limit "
    "fall fastinter hash-key id init-addr init-state inter log-proto max-reuse maxconn maxqueue minconn namespace observe "
    "on-error on-marked-down on-marked-up pool-low-conn pool-max-conn pool-purge-delay port proto redir resolve-net "
    "resolve-opts resolve-prefer resolvers rise shard slowstart sni source ssl-max-ver ssl-min-ver track verifyhost "
    "weight ws"
)
VALUED = frozenset(VALUED_WORDS.split())
UNITS = {"us": 0.001, "ms": 1.0, "": 1.0, "s": 1000.0, "m": 60_000.0, "h": 3_600_000.0, "d": 86_400_000.0}


@dataclass
class ConfiguredServer:
    """``values`` gives what a keyword says and the number of the line that says it."""

    name: str
    address: str
    number: int
    flags: dict[str, bool] = field(default_factory=dict)
    values: dict[str, tuple[str, int]] = field(default_factory=dict)

    @property
    def checked(self) -> bool:
        return self.flags.get("check", False)

    @property
    def has_agent(self) -> bool:
        return self.flags.get("agent-check", False)

    @property
    def is_local(self) -> bool:
        """A socket of the same host, such as the one behind a TLS door: nothing that is rolled out."""
        return self.address.startswith(("/", "unix@", "abns@", "abnsz@"))


@dataclass(frozen=True)
class ConfiguredPool:
    section: Section
    servers: list[ConfiguredServer]

    @property
    def name(self) -> str:
        return self.section.name


def pools_of(configuration: Configuration) -> Iterator[ConfiguredPool]:
    """Every backend and listen that has servers and is not switched off."""
    for section in configuration.of("backend", "listen"):
        servers = [server for server in _servers(section) if not server.is_local]
        switched_off = any(line.words == ("disabled",) for line in section.lines)
        if servers and not switched_off:
            yield ConfiguredPool(section, servers)


def milliseconds(time: str) -> float:
    """A time as HAProxy writes it; what cannot be read, such as a variable, counts as nothing."""
    match = re.fullmatch(r"(\d+)(us|ms|s|m|h|d|)", time)
    return int(match[1]) * UNITS[match[2]] if match else 0.0


def _servers(section: Section) -> Iterator[ConfiguredServer]:
    inherited = [line for ancestor in section.lineage() for line in ancestor.lines if line.starts("default-server")]
    for line in section.lines:
        if line.words[0] in ("server", "server-template") and len(line.words) > 2:
            start = 3 if line.words[0] == "server" else 4
            server = ConfiguredServer(line.words[1], "".join(line.words[start - 1 : start]), line.number)
            for default in inherited:
                if default.number < line.number:
                    _take(server, default, 1)
            _take(server, line, start)
            yield server


def _take(server: ConfiguredServer, line: Line, start: int) -> None:
    words: Iterable[str] = iter(line.words[start:])
    for word in words:
        if word in FLAGS:
            server.flags[word[3:] if word.startswith("no-") else word] = FLAGS[word]
        elif word in VALUED:
            server.values[word] = (next(iter(words), ""), line.number)
