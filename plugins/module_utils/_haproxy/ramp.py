# SPDX-License-Identifier: GPL-3.0-or-later
"""Weight step by step, as long as the servers stand it. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Collection

from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import EndpointFailed
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.commands import Action, Order
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.estate import Estate
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import ServerKey
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.wish import Ramp


def ramp_up(estate: Estate, keys: Collection[ServerKey], ramp: Ramp, proven: bool, clock: Clock) -> None:
    """The steps after the first, which is set already. A server that no longer serves (``proven``) or is taken out ends it."""
    for step in ramp.steps[1:]:
        clock.sleep(ramp.interval)
        estate.read()
        for key in keys:
            server = estate.server(key)
            if not (server.serving if proven else server.ready):
                raise EndpointFailed(
                    f"{key} stopped serving before it got {step}% of its weight: it says {server.status}, its check "
                    f"{server.check.words()}. Find out why it does not stand its share, and run again.",
                    endpoint=key.endpoint,
                    reply=server.status,
                )
        estate.tell(Order(key, Action.WEIGHT, f"{step}%") for key in keys)
