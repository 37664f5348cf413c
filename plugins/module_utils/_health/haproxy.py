# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask the load balancers what they think of a server, and what went wrong with it while we watch. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput, EndpointFailed, NotFound
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.arguments import ENDPOINTS_SPEC
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.commands import name, read_line
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.endpoint import read_endpoints
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.estate import Estate, open_estate
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import TROUBLES, Epoch, Server, Snapshot
from ansible_collections.hybrid.rollout.plugins.module_utils._health.observation import Observation, Target, unasked
from ansible_collections.hybrid.rollout.plugins.module_utils._health.trust import Trust

_ASKED_WITHOUT_EXCEPTION = {
    option: spec for option, spec in ENDPOINTS_SPEC["endpoints"]["options"].items() if option != "may_be_down"
}
SPEC: dict[str, Any] = {
    "type": "dict",
    "options": {
        "endpoints": {**ENDPOINTS_SPEC["endpoints"], "options": _ASKED_WITHOUT_EXCEPTION},
        **{option: ENDPOINTS_SPEC[option] for option in ("ca_path", "client_cert", "client_key")},
        "pool": {"type": "str", "required": True},
        "server": {"type": "str", "required": True},
        "serving": {"type": "bool", "default": True},
        "max_deltas": {"type": "dict"},
    },
}


@dataclass(frozen=True)
class Settings:
    door: Mapping[str, Any]
    pool: str
    server: str
    serving: bool
    max_deltas: Mapping[str, int]

    @property
    def asked(self) -> str:
        return f"{self.pool}/{self.server} on {', '.join(end.name for end in read_endpoints(self.door['endpoints']))}"


def read(target: str, given: Mapping[str, Any]) -> Settings:
    """The options as values; BadInput names what cannot be meant."""
    allowed: dict[str, int] = {}
    for counter, most in (given.get("max_deltas") or {}).items():
        if counter not in TROUBLES:
            raise BadInput(f"Target {target} has max_deltas of {counter}. Counters are {', '.join(TROUBLES)}.")
        if not str(most).isdigit():
            raise BadInput(f"Target {target} allows {counter} a delta of {most!r}; it has to be 0 or more, and whole.")
        allowed[counter] = int(most)
    read_endpoints(given["endpoints"])
    serving = given.get("serving") is not False
    if not serving and not allowed:
        raise BadInput(f"Target {target} has serving false and no max_deltas, so any answer would do. Set max_deltas.")
    return Settings(given, name(given["pool"], "pool"), name(given["server"], "server"), serving, allowed)


@dataclass(frozen=True)
class Count:
    """A counter's course on one endpoint: what it was at first, what went by with processes that are gone."""

    epoch: Epoch
    first: Mapping[str, int]
    last: Mapping[str, int]
    gone_by: Mapping[str, int] = field(default_factory=dict)

    def deltas(self) -> dict[str, int]:
        return {key: self.gone_by.get(key, 0) + self.last[key] - self.first[key] for key in self.last}

    def after(self, epoch: Epoch, counts: Mapping[str, int]) -> Count:
        """With one more reading. The counters of a new process begin at nothing; what the old one counted stays."""
        if epoch == self.epoch:
            return replace(self, last=counts)
        return Count(epoch, dict.fromkeys(counts, 0), counts, self.deltas())


class Watch:
    """One server on all endpoints, from the first question of a gate to its last."""

    def __init__(self) -> None:
        self._estate: Optional[Estate] = None
        self._counts: dict[str, Count] = {}

    def __call__(self, target: Target, timeout_seconds: float, trust: Trust, clock: Clock) -> Observation:
        settings: Settings = target.settings
        if self._estate is None:
            limits = dict.fromkeys(("connect_timeout_seconds", "read_timeout_seconds"), timeout_seconds)
            self._estate = open_estate({**settings.door, **limits}, [settings.pool], clock)
        failures = self._estate.survey()
        for error in failures.values():
            if not isinstance(error, EndpointFailed):
                raise error
        seen = {end: snapshot for end, snapshot in self._estate.last.items() if end not in failures}
        servers = {end: _find(snapshot, settings) for end, snapshot in seen.items()}
        for end, server in servers.items():
            epoch, known = seen[end].process.epoch, self._counts.get(end)
            self._counts[end] = (
                known.after(epoch, server.counts) if known else Count(epoch, server.counts, server.counts)
            )
        return self._judged(settings, servers, " | ".join(str(error) for error in failures.values()))

    def _judged(self, settings: Settings, servers: Mapping[str, Server], trouble: str) -> Observation:
        """What is known to be bad decides, then what could not be asked."""
        value = {end: _told(server, self._counts[end]) for end, server in servers.items()}
        too_many = [
            f"{end} counted {delta} {counter} since it was asked first, allowed: {settings.max_deltas[counter]}"
            for end, count in self._counts.items()
            for counter, delta in count.deltas().items()
            if delta > settings.max_deltas.get(counter, delta)
        ]
        if too_many:
            return Observation(judged=True, reason="; ".join(too_many), value=value, final=True)
        out = [f"{end} {words}" for end, server in servers.items() for words in not_serving(server)]
        if settings.serving and out:
            return Observation(judged=True, reason="; ".join(out), value=value)
        if trouble:
            return replace(unasked(trouble), value=value)
        return Observation(judged=True, value=value)


def _find(seen: Snapshot, settings: Settings) -> Server:
    server = seen.find(settings.pool, settings.server)
    if server is None:
        known = ", ".join(seen.pools[settings.pool])
        raise NotFound(
            f"HAProxy {seen.endpoint} ({seen.url}) has no server {settings.server} in pool {settings.pool}. It has: {known}.",
            endpoint=seen.endpoint,
            command=read_line([settings.pool]),
            reply=known,
        )
    return server


def not_serving(server: Server) -> list[str]:
    if server.serving and (server.check.passed or not server.check.configured):
        return []
    return [f"does not send it customers: {server.standing()}, {server.status}, {server.check.words()}"]


def _told(server: Server, count: Count) -> dict[str, Any]:
    status = {"serving": server.serving, "status": server.status, "check": server.check.words()}
    return {**status, "deltas": count.deltas()}
