# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible.windows.win_service: configuration first, the state last."""

from __future__ import annotations

from typing import Any

from ..host.host import Host
from ..host.services import Service
from ..host.win32 import Win32Error
from .call import Call, ModuleFailed
from .model import Model
from .unhandled import unhandled_is_told

PLAIN = ("path", "display_name", "description", "start_mode", "username")


@unhandled_is_told
def carry_out(host: Host, call: Call) -> dict[str, Any]:
    name = call.arguments["name"]
    result: dict[str, Any] = {"changed": False, "exists": False}
    service = host.services.find(name)
    if call.get("state") == "absent":
        if service is not None:
            _stop(host, call, service)
            if not call.check:
                host.services.delete(service)
            result["changed"] = True
        return result
    if service is None:
        if not call.given - {"name"}:
            return result
        if call.get("path") is None:
            raise ModuleFailed(f"Service '{name}' is not installed, need to set 'path' to create a new service", result)
        result["changed"] = True
        if call.check:
            return {**result, "exists": True, "name": name, "path": call.get("path")}
        service = host.services.create(name, call.get("path"))
    result["changed"] |= _configure(call, service)
    result["changed"] |= _set_state(host, call, service)
    return result | _told(host, call, service)


def _configure(call: Call, service: Service) -> bool:
    wanted = {option: call.get(option) for option in PLAIN if call.get(option) is not None}
    if call.get("dependencies") is not None:
        wanted["dependencies"] = _dependencies(call, service.dependencies)
    changes = {option: value for option, value in wanted.items() if getattr(service, option) != value}
    if not call.check:
        for option, value in changes.items():
            setattr(service, option, value)
    return bool(changes)


def _dependencies(call: Call, now: list[str]) -> list[str]:
    named, action = call.get("dependencies"), call.get("dependency_action", "set")
    if action == "add":
        return [*now, *(name for name in named if name not in now)]
    if action == "remove":
        return [name for name in now if name not in named]
    return list(named)


def _set_state(host: Host, call: Call, service: Service) -> bool:
    wanted, now = call.get("state"), service.state
    if wanted == "paused":
        raise ModuleFailed(f"failed to pause service {service.name}: The service does not support pausing")
    if wanted == "restarted" or (wanted == "stopped" and now != "stopped"):
        _stop(host, call, service)
    if wanted == "restarted" or (wanted == "started" and now != "running"):
        _start(host, call, service)
    return wanted == "restarted" or {"started": "running"}.get(wanted, wanted) not in (None, now)


def _start(host: Host, call: Call, service: Service) -> None:
    if call.check:
        return
    try:
        host.services.start(service)
    except Win32Error as error:
        raise _refused(service, "started", "start", error) from error


def _stop(host: Host, call: Call, service: Service) -> None:
    dependents = host.services.running_dependents(service)
    if dependents and not call.get("force_dependent_services"):
        words = (
            f"Cannot stop service '{service.display_name} ({service.name})' because it has dependent services. "
            "It can only be stopped if the Force flag is set."
        )
        raise Win32Error(1051, words)
    if call.check:
        return
    try:
        for dependent in dependents:
            host.services.stop(dependent)
        host.services.stop(service)
    except Win32Error as error:
        raise _refused(service, "stopped", "stop", error) from error


def _refused(service: Service, done: str, verb: str, error: Win32Error) -> Win32Error:
    words = (
        f"Service '{service.display_name} ({service.name})' cannot be {done} due to the following error: "
        f"Cannot {verb} service {service.name} on computer '.'. {error}"
    )
    return Win32Error(error.number, words)


def _told(host: Host, call: Call, service: Service) -> dict[str, Any]:
    state = service.state
    if call.check:
        state = {"started": "running", "restarted": "running", None: state}.get(call.get("state"), call.get("state"))
    return {
        "exists": True,
        "name": service.name,
        "display_name": service.display_name,
        "description": service.description,
        "path": service.path,
        "start_mode": service.start_mode,
        "state": state.replace("_", ""),
        "username": service.username,
        "dependencies": list(service.dependencies),
        "depended_by": [other.name for other in host.services.dependents(service)],
        "desktop_interact": False,
        "can_pause_and_continue": False,
    }


MODEL = Model(
    module="ansible.windows.win_service",
    honours=frozenset({"name", "state", "dependencies", "dependency_action", "force_dependent_services", *PLAIN}),
    ignores={
        "password": "no account of the model has a password",
        "update_password": "no account of the model has a password",
    },
    script_sha256={
        "c3ced490db2aff60414038c987c1ff0e3a8cecca0a471dc66946432d9af1cc00": "3.3.0, 3.8.0",
    },
    differences=(
        "a service is a process of this machine: stop is SIGTERM, a process that ends at once is error 1053",
        "the reason and its number end the message; on Windows they are only in the exception",
        "the account is kept and told, and changes nothing",
        "recovery actions, privileges, triggers and service types are refused",
    ),
    carry_out=carry_out,
)
