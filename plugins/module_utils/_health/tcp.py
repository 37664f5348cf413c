# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask a TCP port: it answers by accepting the connection. Private to hybrid.rollout."""

from __future__ import annotations

from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock, Deadline
from ansible_collections.hybrid.rollout.plugins.module_utils._health.connect import connect, unanswered
from ansible_collections.hybrid.rollout.plugins.module_utils._health.observation import Observation, Target
from ansible_collections.hybrid.rollout.plugins.module_utils._health.trust import Trust


def ask(target: Target, timeout_seconds: float, trust: Trust, clock: Clock) -> Observation:
    try:
        connect(target.host, target.port, Deadline(timeout_seconds, clock)).close()
    except OSError as error:
        return unanswered(error, timeout_seconds)
    return Observation()
