# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible.windows.win_service_info."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

from ..host.host import Host
from ..host.services import Service
from .call import Call
from .model import Model
from .unhandled import unhandled_is_told


@unhandled_is_told
def carry_out(host: Host, call: Call) -> dict[str, Any]:
    wanted = call.get("name", "*").lower()
    services = host.services.installed.values()
    found = [service for service in services if service.name.lower() == wanted] or [
        service
        for service in services
        if fnmatchcase(service.name.lower(), wanted) or fnmatchcase(service.display_name.lower(), wanted)
    ]
    return {"changed": False, "exists": bool(found), "services": [_told(host, service) for service in found]}


def _told(host: Host, service: Service) -> dict[str, Any]:
    state = service.state
    alive = service.running is not None and state != "stopped"
    return {
        "name": service.name,
        "display_name": service.display_name,
        "description": service.description,
        "path": service.path,
        "start_mode": service.start_mode,
        "state": "started" if state == "running" else state,
        "username": service.username,
        "dependencies": list(service.dependencies),
        "dependency_of": [other.name for other in host.services.dependents(service)],
        "process_id": service.running.process.pid if alive and service.running is not None else 0,
        "win32_exit_code": service.last_error,
        "service_type": "win32_own_process",
        "controls_accepted": ["stop"] if state == "running" else [],
        "desktop_interact": False,
    }


MODEL = Model(
    module="ansible.windows.win_service_info",
    honours=frozenset({"name"}),
    script_sha256={
        "2d73685f2c4ba0362b3d1e0155f231ca944a69fe45b3b52685a29a08cebca2ac": "3.3.0",
        "6baeff3d4d94a917a331e975d3628e244e58ebe362c234d4e57f83ae77fad1bb": "3.8.0",
    },
    differences=(
        "no keys about recovery, triggers, privileges and launch protection",
        "without a name all services are told, as in 3.8.0",
    ),
    carry_out=carry_out,
)
