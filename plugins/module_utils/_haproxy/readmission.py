# SPDX-License-Identifier: GPL-3.0-or-later
"""The drain gate: a server comes back only after HAProxy's own fresh checks have passed. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Collection

from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Deadline
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import EndpointFailed, TimedOut
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.commands import Action, Order
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.estate import Estate
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import Admin, ServerKey


def pass_gate(estate: Estate, keys: Collection[ServerKey], deadline: Deadline, interval: float) -> list[str]:
    """Drain the servers, forget their checks, and wait until fresh ones have passed everywhere; return warnings.

    They are still draining afterwards. Where HAProxy is restarted meanwhile, the gate begins again on the new process.
    """
    warnings: list[str] = []
    if not keys:
        return warnings
    epochs = estate.epochs()
    estate.tell(Order(key, Action.GATE) for key in keys)
    for elapsed in deadline.polls(interval):
        estate.read()
        restarted = [name for name, epoch in epochs.items() if estate.last[name].process.epoch != epoch]
        for name in restarted:
            now = estate.last[name].process.epoch
            warnings.append(
                f"HAProxy {name} was restarted after {elapsed:.1f} s of fresh checks "
                f"(pid {epochs[name].pid} -> {now.pid}); they began again on the new process"
            )
            epochs[name] = now
        estate.tell(Order(key, Action.GATE) for key in keys if key.endpoint in restarted)
        if not restarted and all(_fresh(estate, key) for key in keys):
            return warnings
    raise TimedOut(_unproven(estate, [key for key in keys if not _fresh(estate, key)], deadline))


def wait_until_serving(estate: Estate, keys: Collection[ServerKey], deadline: Deadline, interval: float) -> None:
    """What is set ready has to serve: nothing keeps it out, and its checks pass."""
    late: list[ServerKey] = []
    for _elapsed in deadline.polls(interval):
        estate.read()
        late = [key for key in keys if not estate.server(key).serving]
        if not late:
            return
    raise TimedOut(_unproven(estate, late, deadline))


def _fresh(estate: Estate, key: ServerKey) -> bool:
    server = estate.server(key)
    if not server.admin & Admin.FORCED_DRAIN:
        raise EndpointFailed(
            f"{key} was waiting for fresh checks and was taken out of drain by somebody else: it says {server.status}. "
            "Find out who changes this server (an agent check, another tool) and run again.",
            endpoint=key.endpoint,
            reply=server.status,
        )
    return server.up and server.check.passed


def _unproven(estate: Estate, late: Collection[ServerKey], deadline: Deadline) -> str:
    seen = "; ".join(
        f"{key} {estate.server(key).status}, check says {estate.server(key).check.words()}" for key in late
    )
    out_by_itself = [str(key) for key in late if estate.server(key).stopping]
    if out_by_itself:
        seen += (
            f". {', '.join(out_by_itself)} answers its check with 404 and so takes itself out (disable-on-404): only "
            "the member can end that"
        )
    return (
        f"not fit for customers after {deadline.elapsed:.1f} s: {seen}. Look at the member's health page as the load "
        "balancer sees it; the timeout has to cover its start."
    )
