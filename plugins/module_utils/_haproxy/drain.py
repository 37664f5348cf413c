# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting until servers that take no new requests have finished the old ones. Private to hybrid.rollout."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Deadline
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import EndpointFailed
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.estate import Estate
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import Epoch, ServerKey

QUIET_POLLS = 2


def wait_until_idle(
    estate: Estate, keys: Collection[ServerKey], epochs: Mapping[str, Epoch], deadline: Deadline, interval: float
) -> list[ServerKey]:
    """Wait for no session and no queued request on two polls in a row of every server; return those still busy."""
    quiet: Counter[ServerKey] = Counter()
    busy = list(keys)
    for _elapsed in deadline.polls(interval):
        estate.read()
        check_still_draining(estate, keys, epochs)
        for key in keys:
            quiet[key] = quiet[key] + 1 if estate.server(key).idle else 0
        busy = [key for key in keys if quiet[key] < QUIET_POLLS]
        if not busy:
            break
    return busy


def check_still_draining(estate: Estate, keys: Collection[ServerKey], epochs: Mapping[str, Epoch]) -> None:
    """A restarted process counts no session of the old one, and somebody else's ``ready`` lets customers in again."""
    for key in keys:
        seen = estate.last[key.endpoint]
        before, now = epochs[key.endpoint], seen.process.epoch
        if before != now:
            raise EndpointFailed(
                f"HAProxy {key.endpoint} was restarted while {key.pool}/{key.server} was draining (pid {before.pid} -> "
                f"{now.pid}): sessions that the old process still serves cannot be seen any more. It now says "
                f"{seen.server(key).status}. Run again when the old process has gone.",
                endpoint=key.endpoint,
                reply=seen.server(key).status,
            )
        if seen.server(key).ready:
            raise EndpointFailed(
                f"{key} was draining and has been set ready by somebody else: it says {seen.server(key).status}. "
                "Find out who changes this server (an agent check, another tool) and run again.",
                endpoint=key.endpoint,
                reply=seen.server(key).status,
            )
