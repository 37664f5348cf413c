# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may still need the old shape of a database: every member that anybody knows of, with what it runs. Pure. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._health.verdict import (
    COULD_NOT_ASK,
    FAILED,
    UNDECIDED,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate_reasons import Reason
from ansible_collections.hybrid.rollout.plugins.module_utils._migrations.gate_versions import ReleaseOrder

CLOCKS_DIFFER_SECONDS = 60


@dataclass(frozen=True)
class Listed:
    """A member as the inventory has it. ``version`` is what it said of itself, ``silence`` why it said none."""

    name: str
    server: str
    version: Optional[str] = None
    silence: str = ""


@dataclass(frozen=True)
class Pulled:
    """What a zone that pulls has reported of a member: ``seen_at`` in seconds since the epoch, None where that cannot be read."""

    member: str
    version: Optional[str]
    seen_at: Optional[float]


@dataclass(frozen=True)
class Sources:
    """All that is known, by who knows it. ``servers`` are the server lists of HAProxy by endpoint and pool, ``unasked`` the endpoints
    whose lists nobody has, each with the error. ``retired`` and ``of_others`` are names that a user vouches for."""

    inventory: Sequence[Listed]
    servers: Mapping[tuple[str, str], Sequence[str]] = field(default_factory=dict)
    unasked: Mapping[str, str] = field(default_factory=dict)
    ledger: Sequence[str] = ()
    pulled: Sequence[Pulled] = ()
    retired: frozenset[str] = frozenset()
    of_others: frozenset[str] = frozenset()
    now: float = 0.0
    pulled_max_age_seconds: float = 3600.0


@dataclass(frozen=True)
class Seen:
    """A member with the versions that are known of it, each with who says so; ``unknown`` is why there is none, or why it does not
    belong."""

    name: str
    where: Sequence[str]
    versions: Sequence[tuple[str, str]]
    unknown: str = ""


def members_seen(sources: Sources) -> list[Seen]:
    """Everybody, in the order inventory, HAProxy, ledger, zones."""
    server_of = {member.name: member.server for member in sources.inventory}
    names = list(
        dict.fromkeys([*server_of, *_strangers(sources), *sources.ledger, *(one.member for one in sources.pulled)])
    )
    return [_seen(name, sources, server_of.get(name)) for name in names if _counts(name, sources, server_of)]


def against(sources: Sources, members: Sequence[Seen], release: str, order: ReleaseOrder) -> Iterator[Reason]:
    """What speaks against saying that everybody runs ``release`` or newer."""
    for endpoint, error in sources.unasked.items():
        yield Reason(COULD_NOT_ASK, f"which servers {endpoint} has is not known: {error}")
    if not members:
        yield Reason(UNDECIDED, "no member is known: a fleet of nobody proves nothing")
    for member in members:
        if member.unknown:
            yield Reason(UNDECIDED, f"{member.name} {member.unknown}")
        for where, version in member.versions:
            new_enough = order.at_least(version, release)
            if new_enough is None:
                words = f"which cannot be ordered against {release}. Say the order of releases in release_order"
                yield Reason(UNDECIDED, f"{member.name} runs {version} ({where}), {words}")
            elif not new_enough:
                yield Reason(FAILED, f"{member.name} runs {version} ({where}), which is older than {release}")


def _strangers(sources: Sources) -> list[str]:
    """Servers of HAProxy that are no member of the inventory."""
    known = {member.server for member in sources.inventory} | sources.of_others
    return [server for servers in sources.servers.values() for server in servers if server not in known]


def _counts(name: str, sources: Sources, server_of: Mapping[str, str]) -> bool:
    """A retired member counts again as soon as anybody but the ledger knows of it."""
    only_ledger = name not in server_of and name not in _strangers(sources)
    only_ledger = only_ledger and all(report.member != name for report in sources.pulled)
    return not (only_ledger and name in sources.retired)


def _seen(name: str, sources: Sources, server: Optional[str]) -> Seen:
    listed = next((member for member in sources.inventory if member.name == name), None)
    strange = name in _strangers(sources)
    places = [
        f"{endpoint} pool {pool}"
        for (endpoint, pool), servers in sources.servers.items()
        if (server in servers if listed else strange and name in servers)
    ]
    reports = [report for report in sources.pulled if report.member == name]
    where = [*(["inventory"] if listed else []), *places]
    where += [*(["ledger"] if name in sources.ledger else []), *(["zone"] if reports else [])]
    stale = [why for why in (_stale(report, sources) for report in reports) if why]
    versions = [("it says", listed.version)] if listed and listed.version else []
    versions += [
        ("its zone says", report.version) for report in reports if report.version and not _stale(report, sources)
    ]
    unknown = "" if versions else "; ".join([*([listed.silence] if listed and listed.silence else []), *stale])
    if not versions and not unknown:
        unknown = "did not say its version"
    if strange:
        unknown = f"is a server of HAProxy ({', '.join(places)}) and not in the inventory"
    elif not listed and name in sources.ledger:
        unknown = (
            "is in the ledger and not in the inventory: list it, or name it in retired_members if it is gone for good"
        )
    return Seen(name, where, versions, unknown)


def _stale(report: Pulled, sources: Sources) -> str:
    if not report.version:
        return "has no version in its zone's report"
    if report.seen_at is None:
        return "was seen by its zone at a time that nobody knows"
    age = sources.now - report.seen_at
    if age < -CLOCKS_DIFFER_SECONDS:
        return f"was seen by its zone {-age:.0f} s from now, so a clock is wrong"
    if age > sources.pulled_max_age_seconds:
        return f"was last seen by its zone {age:.0f} s ago, more than {sources.pulled_max_age_seconds:.0f} s"
    return ""
