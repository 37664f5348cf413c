# SPDX-License-Identifier: GPL-3.0-or-later
"""What HAProxy has learnt when, and a refusal where it is too old. Pure. Private to hybrid.rollout."""

from __future__ import annotations

import re

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import Refused
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import Snapshot

NEW_ADDRESS = ((1, 7), "set server ... addr ... port")
COUNTED_CONNECTIONS = ((2, 2), "the counters of idle and used connections that wait_for: removable reads")
WAIT_REMOVABLE = ((3, 0), "wait ... srv-removable")


def knows(seen: Snapshot, feature: tuple[tuple[int, int], str]) -> bool:
    match = re.match(r"(\d+)\.(\d+)", seen.process.version)
    return match is not None and (int(match[1]), int(match[2])) >= feature[0]


def require(seen: Snapshot, feature: tuple[tuple[int, int], str]) -> None:
    since, what = feature
    if not knows(seen, feature):
        raise Refused(
            f"HAProxy {seen.endpoint} is version {seen.process.version}: {what} came with {since[0]}.{since[1]}.",
            endpoint=seen.endpoint,
            reply=seen.process.version,
        )
