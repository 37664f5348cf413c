# SPDX-License-Identifier: GPL-3.0-or-later
"""The family of probes: each asks one target once, and what the network does is an answer. Private to hybrid.rollout.

A new probe is a file beside this one with an ``ask`` of the same shape, and one line in the table. One that compares with
what it saw first is a class without arguments, made anew for each target of a gate, and stands in the second table.
"""

from __future__ import annotations

from typing import Callable

from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.plugins.module_utils._health import (
    alertmanager,
    command,
    haproxy,
    http,
    metric,
    nagios,
    tcp,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._health.observation import Observation, Target
from ansible_collections.hybrid.rollout.plugins.module_utils._health.trust import Trust

Probe = Callable[[Target, float, Trust, Clock], Observation]

PROBES: dict[str, Probe] = {
    "http": http.ask,
    "tcp": tcp.ask,
    "metric": metric.ask,
    "command": command.ask,
    "nagios": nagios.ask,
    "alertmanager": alertmanager.ask,
}
WATCHES: dict[str, Callable[[], Probe]] = {
    "haproxy": haproxy.Watch,
}


def probe_for(target: Target) -> Probe:
    watch = WATCHES.get(target.kind)
    return watch() if watch else PROBES[target.kind]
