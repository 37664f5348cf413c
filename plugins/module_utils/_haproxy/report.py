# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules return: the same keys whatever happened. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import Process, Server, Snapshot
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.placement import Wanted, placement_of
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.rotation import Rotation


def rotation_result(rotation: Rotation, check_mode: bool) -> dict[str, Any]:
    estate = rotation.estate
    return {
        "changed": bool(rotation.moves) if check_mode else bool(estate.touched),
        "moves": [str(move) for move in rotation.moves],
        "diff": _diff(rotation),
        "endpoints": [
            _endpoint(estate.first[name], estate.last[name], rotation.wanted)
            for name in estate.clients
            if name in estate.first
        ],
        "standing": list(_standing(rotation)),
        "waited": asdict(rotation.waited),
        "put_back": sorted(rotation.outcome.done),
        "not_put_back": sorted(rotation.outcome.left),
        "skipped_endpoints": sorted(estate.skipped),
        "warnings": estate.skipped_words() + rotation.warnings,
    }


def _standing(rotation: Rotation) -> Iterator[str]:
    """Where each endpoint holds each member by the last it said, or that it could not be asked any more."""
    estate, wanted = rotation.estate, rotation.wanted
    for name in estate.clients:
        for member in wanted.members:
            if name in estate.lost or name not in estate.last:
                error = estate.lost.get(name)
                yield f"{name}: {member} not known ({error.reply or error if error else 'not asked'})"
                continue
            online, maintenance = (
                estate.last[name].find(pool, member) for pool in (wanted.online_pool, wanted.maintenance_pool)
            )
            place = placement_of(online, maintenance)
            if place == "mixed":
                found = {wanted.online_pool: online, wanted.maintenance_pool: maintenance}
                place = ", ".join(
                    f"{pool} {'takes itself out' if server.stopping else server.standing()}"
                    for pool, server in found.items()
                    if server
                )
            elif place == "online" and online and not online.serving:
                place = f"online, not serving ({online.status})"
            yield f"{name}: {member} {place}"


def server_facts(server: Server) -> dict[str, Any]:
    return {
        "admin_state": server.admin.words(),
        "operational_state": server.operation.name.lower(),
        "status": server.status,
        "sessions": server.sessions,
        "queued": server.queued,
        "check": server.check.words(),
    }


def process_facts(process: Process) -> dict[str, Any]:
    return {"pid": process.epoch.pid, "start_time": process.epoch.start_time, "version": process.version}


def _endpoint(first: Snapshot, last: Snapshot, wanted: Wanted) -> dict[str, Any]:
    members = [{"member": member, "pools": list(_pools(first, last, member, wanted))} for member in wanted.members]
    return {"name": last.endpoint, "url": last.url, "process": process_facts(last.process), "members": members}


def _pools(first: Snapshot, last: Snapshot, member: str, wanted: Wanted) -> Iterator[dict[str, Any]]:
    for pool in wanted.pools:
        before, after = first.find(pool, member), last.find(pool, member)
        if before and after:
            role = "online" if pool == wanted.online_pool else "maintenance"
            yield {"pool": pool, "role": role, "before": server_facts(before), "after": server_facts(after)}


def _diff(rotation: Rotation) -> Mapping[str, str]:
    """Where the members stand and where they are wanted, one line each; the same in check mode and in earnest."""
    estate, wanted = rotation.estate, rotation.wanted
    moving = {move.key for move in rotation.moves}
    before, after = [], []
    for name in estate.clients:
        for key in wanted.keys(name) if name in estate.first else []:
            server = estate.first[name].find(key.pool, key.server)
            if server:
                target = "ready" if wanted.pools[key.pool] else "maintenance"
                before.append(f"{key}: {server.standing()}\n")
                after.append(f"{key}: {target if key in moving else server.standing()}\n")
    return {"before": "".join(before), "after": "".join(after)}
