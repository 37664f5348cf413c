# SPDX-License-Identifier: GPL-3.0-or-later
"""What HAProxy has learnt when, and a refusal where it is too old. Pure. Private to hybrid.rollout."""

from __future__ import annotations

import re

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import Refused
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.commands import Action
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import Snapshot

NEW_ADDRESS = ((1, 7), "set server ... addr ... port")
NEW_FQDN = ((1, 8), "set server ... fqdn")
DYNAMIC_SERVERS = ((2, 6), "add server and del server (for trial only in 2.4 and 2.5)")
COUNTED_CONNECTIONS = ((2, 2), "the counters of idle and used connections that wait_for: removable reads")
WAIT_REMOVABLE = ((3, 0), "wait ... srv-removable")


NEEDED = {
    Action.ADDRESS: NEW_ADDRESS,
    Action.FQDN: NEW_FQDN,
    Action.CREATE: DYNAMIC_SERVERS,
    Action.DELETE: DYNAMIC_SERVERS,
}


def knows(seen: Snapshot, feature: tuple[tuple[int, int], str]) -> bool:
    match = re.match(r"(\d+)\.(\d+)", seen.process.version)
    return match is not None and (int(match[1]), int(match[2])) >= feature[0]


def require_for(seen: Snapshot, action: Action) -> None:
    if action in NEEDED:
        require(seen, NEEDED[action])


def require(seen: Snapshot, feature: tuple[tuple[int, int], str]) -> None:
    since, what = feature
    if not knows(seen, feature):
        raise Refused(
            f"HAProxy {seen.endpoint} is version {seen.process.version}: {what} came with {since[0]}.{since[1]}.",
            endpoint=seen.endpoint,
            reply=seen.process.version,
        )
