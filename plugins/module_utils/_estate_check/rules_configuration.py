# SPDX-License-Identifier: GPL-3.0-or-later
"""One rule a dangerous line of a configuration. Pure. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.addresses import reaches_the_network
from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.configuration import Configuration, Line
from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.finding import Spot
from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.servers import (
    ConfiguredPool,
    ConfiguredServer,
    milliseconds,
    pools_of,
)

Rule = Callable[[Configuration], Iterator[Spot]]
HASHES = ("source", "uri", "url_param", "hdr", "hash", "rdp-cookie")
SLOWEST_CHECK_MILLISECONDS = 2000.0
LOWEST_WEIGHT_FOR_AGENT = 10


def option_persist(seen: Configuration) -> Iterator[Spot]:
    for pool in pools_of(seen):
        line = pool.section.option("persist")
        if line:
            yield Spot(seen.where(line.number), f"option persist, in force in pool {pool.name}")


def server_without_check(seen: Configuration) -> Iterator[Spot]:
    for pool, server in _servers(seen):
        if not server.checked and "track" not in server.values:
            yield Spot(seen.where(server.number), f"server {pool.name}/{server.name} has no check")


def weight_zero(seen: Configuration) -> Iterator[Spot]:
    for pool, server in _servers(seen):
        weight, number = server.values.get("weight", ("1", 0))
        if weight == "0":
            yield Spot(seen.where(number), f"server {pool.name}/{server.name} has weight 0")


def agent_on_low_weight(seen: Configuration) -> Iterator[Spot]:
    for pool, server in _servers(seen):
        weight, number = server.values.get("weight", ("1", server.number))
        if server.has_agent and weight.isdigit() and 0 < int(weight) < LOWEST_WEIGHT_FOR_AGENT:
            yield Spot(seen.where(number), f"server {pool.name}/{server.name} has an agent on weight {weight}")


def clear_text_admin_socket(seen: Configuration) -> Iterator[Spot]:
    for line in _sockets_on_the_network(seen):
        if _level(line) == "admin":
            yield Spot(seen.where(line.number), f"stats socket {line.words[2]} with level admin")


def clear_text_stats_socket(seen: Configuration) -> Iterator[Spot]:
    for line in _sockets_on_the_network(seen):
        if _level(line) != "admin":
            yield Spot(seen.where(line.number), f"stats socket {line.words[2]} with level {_level(line)}")


def no_state_file(seen: Configuration) -> Iterator[Spot]:
    """A pool has to load its state, from a file that has a name."""
    named = any(section.last("server-state-file") for section in seen.of("global"))
    for pool in pools_of(seen):
        line = pool.section.last("load-server-state-from-file")
        source = line.words[1] if line and len(line.words) > 1 else "none"
        if source == "none":
            yield Spot(seen.where(pool.section.number), f"pool {pool.name} does not load-server-state-from-file")
        elif source == "global" and line and not named:
            yield Spot(
                seen.where(line.number), "load-server-state-from-file global without server-state-file in global"
            )


def static_balance(seen: Configuration) -> Iterator[Spot]:
    for pool in pools_of(seen):
        line, algorithm = _balance(pool)
        kind = pool.section.last("hash-type")
        consistent = kind is not None and kind.starts("hash-type", "consistent")
        if line and (algorithm == "static-rr" or (algorithm in HASHES and not consistent)):
            yield Spot(seen.where(line.number), f"balance {algorithm}, in force in pool {pool.name}")


def balance_first(seen: Configuration) -> Iterator[Spot]:
    for pool in pools_of(seen):
        line, algorithm = _balance(pool)
        if line and algorithm == "first":
            yield Spot(seen.where(line.number), f"balance first, in force in pool {pool.name}")


def tracked_server(seen: Configuration) -> Iterator[Spot]:
    for pool, server in _servers(seen):
        if "track" in server.values:
            followed, number = server.values["track"]
            yield Spot(seen.where(number), f"server {pool.name}/{server.name} tracks {followed}")


def no_redispatch(seen: Configuration) -> Iterator[Spot]:
    """Where a request names its server, as testers' requests do, no other one may answer it."""
    for pool in pools_of(seen):
        by_name = any(line.starts("use-server") for line in pool.section.lines)
        if len(pool.servers) > 1 and not by_name and not pool.section.option("redispatch"):
            yield Spot(seen.where(pool.section.number), f"pool {pool.name} has no option redispatch")


def no_retries(seen: Configuration) -> Iterator[Spot]:
    for pool in pools_of(seen):
        line = pool.section.last("retries")
        if line and line.words[1:2] == ("0",):
            yield Spot(seen.where(line.number), f"retries 0, in force in pool {pool.name}")


def slow_checks(seen: Configuration) -> Iterator[Spot]:
    for pool, server in _servers(seen):
        inter, number = server.values.get("inter", ("2s", 0))
        if server.checked and milliseconds(inter) > SLOWEST_CHECK_MILLISECONDS:
            yield Spot(seen.where(number), f"server {pool.name}/{server.name} is checked every {inter}")


RULES: Mapping[str, Rule] = {
    rule.__name__: rule
    for rule in (
        option_persist,
        server_without_check,
        weight_zero,
        agent_on_low_weight,
        clear_text_admin_socket,
        clear_text_stats_socket,
        no_state_file,
        static_balance,
        balance_first,
        tracked_server,
        no_redispatch,
        no_retries,
        slow_checks,
    )
}


def _servers(seen: Configuration) -> Iterator[tuple[ConfiguredPool, ConfiguredServer]]:
    return ((pool, server) for pool in pools_of(seen) for server in pool.servers)


def _balance(pool: ConfiguredPool) -> tuple[Optional[Line], str]:
    line = pool.section.last("balance")
    return line, "".join(line.words[1:2]).partition("(")[0] if line else ""


def _sockets_on_the_network(seen: Configuration) -> Iterator[Line]:
    for section in seen.of("global"):
        for line in section.lines:
            if line.starts("stats", "socket") and len(line.words) > 2 and reaches_the_network(line.words[2]):
                yield line


def _level(line: Line) -> str:
    words = line.words
    return words[words.index("level") + 1] if "level" in words[:-1] else "operator"
