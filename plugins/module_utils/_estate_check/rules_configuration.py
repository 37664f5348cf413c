# SPDX-License-Identifier: GPL-3.0-or-later
"""One rule a dangerous line of a pool or of the global section. Pure. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.addresses import reaches_the_network
from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.configuration import Configuration, Line
from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.finding import Spot
from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.rules_servers import RULES as SERVER_RULES
from ansible_collections.hybrid.rollout.plugins.module_utils._estate_check.servers import ConfiguredPool, pools_of

Rule = Callable[[Configuration], Iterator[Spot]]
HASHES = ("source", "uri", "url_param", "hdr", "hash", "rdp-cookie")


def option_persist(seen: Configuration) -> Iterator[Spot]:
    for pool in pools_of(seen):
        line = pool.section.option("persist")
        if line:
            yield Spot(seen.where(line.number), f"option persist, in force in pool {pool.name}")


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


RULES: Mapping[str, Rule] = {
    **SERVER_RULES,
    **{
        rule.__name__: rule
        for rule in (
            option_persist,
            clear_text_admin_socket,
            clear_text_stats_socket,
            no_state_file,
            static_balance,
            balance_first,
            no_redispatch,
            no_retries,
        )
    },
}


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
