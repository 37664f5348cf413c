# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting until nothing is attached to a server any more, so that it can be taken away. Private to hybrid.rollout."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Deadline
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import EndpointFailed, Refused
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.commands import Action, Order
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.drain import QUIET_POLLS
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.estate import Estate
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import ServerKey
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.versions import (
    COUNTED_CONNECTIONS,
    WAIT_REMOVABLE,
    knows,
    require,
)

STILL_ATTACHED = "Server still has connections attached to it"


def check_removable(estate: Estate, keys: Collection[ServerKey]) -> None:
    """A server that others follow can never be removed, and what cannot be counted cannot be waited for."""
    for key in keys:
        seen = estate.last[key.endpoint]
        require(seen, COUNTED_CONNECTIONS)
        followers = sorted(
            f"{pool}/{server.name}"
            for pool, servers in seen.pools.items()
            for server in servers.values()
            if server.tracked == f"{key.pool}/{key.server}"
        )
        if followers:
            raise Refused(
                f"{key} can never be removed at runtime: {', '.join(followers)} follow its checks (track).",
                endpoint=key.endpoint,
            )


def wait_until_removable(
    estate: Estate, keys: Collection[ServerKey], deadline: Deadline, interval: float
) -> list[ServerKey]:
    """No session, queued request or connection on two polls in a row; HAProxy's own word on top where it has one."""
    quiet: Counter[ServerKey] = Counter()
    busy = list(keys)
    for _elapsed in deadline.polls(interval):
        estate.read()
        for key in keys:
            server = estate.server(key)
            free = server.forced_out and server.idle and not server.settings.connections
            quiet[key] = quiet[key] + 1 if free else 0
        busy = [key for key in keys if quiet[key] < QUIET_POLLS]
        if not busy:
            break
    return busy or [key for key in keys if not _is_removable_to_haproxy(estate, key)]


def delete(estate: Estate, keys: Collection[ServerKey], deadline: Deadline, interval: float) -> list[ServerKey]:
    """Delete the servers; one to which a connection came in the last moment is tried again. Returns those that are still there."""
    left = list(keys)
    for _elapsed in deadline.polls(interval) if left else ():
        failures = estate.try_to_tell(Order(key, Action.DELETE) for key in left)
        for error in failures.values():
            if STILL_ATTACHED not in (error.reply or ""):
                raise error
        estate.read()
        left = [key for key in left if estate.find(key)]
        if not left:
            break
    return left


def _is_removable_to_haproxy(estate: Estate, key: ServerKey) -> bool:
    """True as well where it cannot be asked; an answer that is neither yes nor wait is a failure."""
    client = estate.clients[key.endpoint]
    if not knows(estate.last[key.endpoint], WAIT_REMOVABLE) or client.endpoint.scheme == "master+unix":
        return True
    try:
        client.expect(f"wait 1s srv-removable {key.pool}/{key.server}", "Done.")
    except EndpointFailed as error:
        if STILL_ATTACHED not in (error.reply or ""):
            raise
        return False
    return True
