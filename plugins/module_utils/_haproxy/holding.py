# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether what was set holds, and on the same processes as then. Asks nobody. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Optional, Protocol

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput, EndpointFailed
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.changes import Change
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.estate import Estate
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import Epoch, ServerKey
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.placement import Wanted, decide


class Verifiable(Protocol):
    warnings: list[str]

    def verify(self, then: Then) -> None: ...


class DoesNotHold(EndpointFailed):
    """An endpoint answered, and what was set is not there any more."""


@dataclass(frozen=True)
class Then:
    """The processes of an earlier result, by endpoint (none: any will do), and what it means if they are others now."""

    epochs: Mapping[str, Epoch] = field(default_factory=dict)
    on_restart: str = "fail"

    def judge(self, restarted: Mapping[str, str]) -> list[str]:
        """Everything holds, and yet some processes are others: the warnings, or the failure."""
        if restarted and self.on_restart == "fail":
            name, words = next(iter(restarted.items()))
            raise DoesNotHold(
                f"{words}. What was set holds, but sessions that the old process still serves cannot be seen. Drain "
                "again when it has gone, or set on_restart: warn where a reload keeps the servers' state.",
                endpoint=name,
            )
        return [f"{words}; what was set holds" for words in restarted.values()]


def verify(step: Verifiable, then: Then, check_mode: bool) -> None:
    """In check mode nothing was set before either, so what does not hold is only worth a warning."""
    try:
        step.verify(then)
    except DoesNotHold as error:
        if not check_mode:
            raise
        step.warnings.append(str(error))


def read_then(params: Mapping[str, Any]) -> Optional[Then]:
    """What is verified against; None where the task is to set and not to verify."""
    since = params.get("since")
    if not params.get("verify"):
        if since:
            raise BadInput("since says what to compare with, and nothing is compared without verify: true")
        return None
    try:
        seen = {endpoint["name"]: endpoint["process"] for endpoint in since["endpoints"]} if since else {}
        epochs = {name: Epoch(int(process["pid"]), int(process["start_time"])) for name, process in seen.items()}
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput(
            "since has no endpoints with their processes: give it the registered result of haproxy_pool, "
            "haproxy_server or haproxy_pool_info"
        ) from error
    return Then(epochs, params["on_restart"])


def first_epochs(estate: Estate) -> dict[str, Epoch]:
    return {name: seen.process.epoch for name, seen in estate.first.items()}


def restarts(estate: Estate, then: Mapping[str, Epoch]) -> dict[str, str]:
    """What is to be said of each endpoint whose process is not the one of then."""
    said = {}
    for name, seen in estate.last.items() if then else ():
        now = seen.process.epoch
        if name not in then:
            said[name] = f"HAProxy {name} took no part then"
        elif now != then[name]:
            said[name] = f"HAProxy {name} was restarted meanwhile (pid {then[name].pid} -> {now.pid})"
    return said


def check_placement(estate: Estate, wanted: Wanted, then: Mapping[str, Epoch]) -> dict[str, str]:
    """Fail where a member is not at its placement; what is to be said of replaced processes is part of it, or returned."""
    restarted = restarts(estate, then)
    missing = decide(estate.last.values(), wanted)
    if missing:
        says = "; ".join(f"{move.key} says {estate.server(move.key).status}" for move in missing)
        raise _lost(estate, f"the placement {wanted.placement} does not hold: {says}.", missing[0].key, restarted)
    return restarted


def check_settings(estate: Estate, missing: Sequence[Change], then: Mapping[str, Epoch]) -> dict[str, str]:
    """The same for single settings; ``missing`` are the changes that would be needed again."""
    restarted = restarts(estate, then)
    if missing:
        words = (
            f"what was set does not hold: {missing[0]} would be needed again. Find out who else changes this server (an "
            "agent check, another tool, a restart of HAProxy) and run again."
        )
        raise _lost(estate, words, missing[0].key, restarted)
    return restarted


def check_quiet(estate: Estate, out: Sequence[ServerKey], serving: Sequence[ServerKey]) -> None:
    """Servers that are out have no session left, and those that are in serve."""
    wrong = {
        key: f"{key} has {server.sessions} sessions and {server.queued} queued requests again"
        for key, server in ((key, estate.server(key)) for key in out)
        if not server.idle
    }
    wrong.update(
        {
            key: f"{key} does not serve: it says {estate.server(key).status}"
            for key in serving
            if not estate.server(key).serving
        }
    )
    if wrong:
        first = next(iter(wrong))
        raise DoesNotHold("; ".join(wrong.values()), endpoint=first.endpoint, reply=estate.server(first).status)


def _lost(estate: Estate, words: str, key: ServerKey, restarted: Mapping[str, str]) -> DoesNotHold:
    told = f" {restarted[key.endpoint]}." if key.endpoint in restarted else ""
    server = estate.find(key)
    return DoesNotHold(words + told, endpoint=key.endpoint, reply=server.status if server else None)
