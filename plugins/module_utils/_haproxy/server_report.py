# SPDX-License-Identifier: GPL-3.0-or-later
"""What haproxy_server returns: the same keys whatever happened. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import Server
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.report import process_facts, server_facts
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.server_step import ServerStep


def step_result(step: ServerStep, check_mode: bool) -> dict[str, Any]:
    estate = step.estate
    return {
        "changed": bool(step.changes) if check_mode else bool(estate.touched),
        "changes": [str(change) for change in step.changes],
        "diff": _diff(step),
        "endpoints": [
            {
                "name": name,
                "url": estate.last[name].url,
                "process": process_facts(estate.last[name].process),
                "servers": list(_servers(step, name)),
            }
            for name in estate.clients
            if name in estate.first
        ],
        "waited": {
            "seconds": step.waited_seconds,
            "sessions_at_start": step.sessions_at_start,
            "forced": [str(key) for key in step.forced],
            "left": [left.facts() for left in step.left],
        },
        "put_back": sorted(step.outcome.done),
        "not_put_back": sorted(step.outcome.left),
        "skipped_endpoints": sorted(estate.skipped),
        "warnings": estate.skipped_words() + step.warnings,
    }


def setting_facts(server: Server) -> dict[str, Any]:
    settings = server.settings
    return {
        "state": {"draining": "drain", "maintenance": "maint"}.get(server.standing(), "ready"),
        "inherited_from": server.tracked or None,
        "weight": settings.weight,
        "initial_weight": settings.initial_weight,
        "address": settings.address,
        "port": settings.port,
        "fqdn": settings.fqdn or None,
        "maxconn": settings.maxconn,
        "agent": settings.agent,
        "health": server.health,
        **server_facts(server),
    }


def _servers(step: ServerStep, endpoint: str) -> Iterator[dict[str, Any]]:
    for key in step.keys:
        if key.endpoint == endpoint:
            before, after = (
                seen[endpoint].find(key.pool, key.server) for seen in (step.estate.first, step.estate.last)
            )
            yield {
                "backend": key.pool,
                "server": key.server,
                "before": before and setting_facts(before),
                "after": after and setting_facts(after),
            }


def _diff(step: ServerStep) -> dict[str, str]:
    """One line for every setting that changes; the same in check mode and in earnest."""
    return {
        "before": "".join(f"{change.key} {change.what}: {change.before}\n" for change in step.changes),
        "after": "".join(f"{change.key} {change.what}: {change.after}\n" for change in step.changes),
    }
