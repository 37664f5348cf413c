# SPDX-License-Identifier: GPL-3.0-or-later
"""community.windows.win_nssm: a console program that NSSM runs as a service. What NSSM is told is kept as the service's parameters."""

from __future__ import annotations

import ntpath
from typing import Any

from ..host.host import Host
from ..host.services import Service
from ..host.win32 import NotModelled, Win32Error
from .call import Call, ModuleFailed
from .model import Model
from .unhandled import unhandled_is_told

NSSM = r"C:\Windows\System32\nssm.exe"
ATTRIBUTES = ("display_name", "description", "dependencies", "start_mode")
FILES = {"stdout_file": "AppStdout", "stderr_file": "AppStderr"}


@unhandled_is_told
def carry_out(host: Host, call: Call) -> dict[str, Any]:
    name, state = call.arguments["name"], call.get("state", "present")
    service = host.services.find(name)
    if state == "absent":
        return _removed(host, call, service)
    application = _application(host, call)
    result: dict[str, Any] = {"changed": service is None}
    if service is None:
        result["changed_by"] = "install_service"
        if call.check:
            return result
        service = host.services.create(name, NSSM)
        service.parameters["Application"] = application
    elif "Application" not in service.parameters:
        raise NotModelled(f"win_nssm of {name}, which is no service of NSSM, is not modelled")
    _configure(call, service, application, result)
    if state in ("stopped", "restarted"):
        _turn(host, call, service, "stop", result)
    if state in ("started", "restarted"):
        _turn(host, call, service, "start", result)
    return result


def _application(host: Host, call: Call) -> str:
    if not call.get("application"):
        raise ModuleFailed("The application parameter must be defined when the state is not absent.")
    application = host.drives.expanded(call.get("application"))
    if not host.drives.real(application).is_file():
        raise ModuleFailed(f'The application specified "{application}" does not exist on the host.')
    return application


def _configure(call: Call, service: Service, application: str, result: dict[str, Any]) -> None:
    """An option that is left out stays as it is, but for the start mode, which is set each time."""
    wanted = {"Application": application, "AppDirectory": ntpath.dirname(application)}
    arguments = call.get("arguments")
    if isinstance(arguments, list):
        raise NotModelled("arguments of win_nssm as a list are not modelled")
    if arguments is not None:
        wanted["AppParameters"] = str(arguments)
        result |= {"nssm_app_parameters": arguments, "nssm_single_line_app_parameters": str(arguments)}
    wanted |= {name: call.get(option) for option, name in FILES.items() if call.get(option) is not None}
    for name, value in wanted.items():
        if service.parameters.get(name, "").lower() != value.lower():
            result |= {"changed": True, "changed_by": name}
            if not call.check:
                service.parameters[name] = value
    attributes = {option: call.get(option) for option in ATTRIBUTES if call.get(option) is not None}
    for option, value in ({"start_mode": "auto"} | attributes).items():
        if getattr(service, option) != value:
            result |= {"changed": True, "changed_by": option}
            if not call.check:
                setattr(service, option, value)


def _turn(host: Host, call: Call, service: Service, order: str, result: dict[str, Any]) -> None:
    if service.state == {"start": "running", "stop": "stopped"}[order]:
        return
    result |= {"changed": True, "changed_by": f"{order}_service"}
    try:
        if not call.check:
            {"start": host.services.start, "stop": host.services.stop}[order](service)
    except Win32Error as error:
        doing = {"start": "starting", "stop": "stopping"}[order]
        said = {"nssm_error_cmd": f"nssm.exe {order} {service.name}", "nssm_error_log": f"{service.name}: {error}"}
        raise ModuleFailed(f'Error {doing} service "{service.name}"', {**result, **said}) from error


def _removed(host: Host, call: Call, service: Service | None) -> dict[str, Any]:
    if service is None:
        return {"changed": False}
    if not call.check:
        host.services.stop(service)
        host.services.delete(service)
    return {"changed": True, "changed_by": "remove_service"}


MODEL = Model(
    module="community.windows.win_nssm",
    honours=frozenset({"name", "state", "application", "arguments", *ATTRIBUTES, *FILES}),
    ignores={
        "executable": "every modelled host has its own NSSM",
        "app_rotate_bytes": "no log is rotated",
        "app_rotate_online": "no log is rotated",
    },
    script_sha256={
        "10f9bcd315bc9a413eb1ff032c77865048091ff47e11dbb38e88535a3f7a1ebe": "3.1.0",
        "b8df095a806d50c663e497ec432205d7c280c288e9f65bf1300e2620ecb54a4f": "3.3.0",
    },
    differences=(
        "a program that ends at once is error 1053, where NSSM pauses the service and tries again",
        "what NSSM prints has other words; the reason and its number are in `nssm_error_log`",
        "output goes to a log of the model's; the two files are only kept and told",
        "a program that ends later stays ended, where NSSM starts it again",
        "accounts, environments, working directories and ways to stop are refused, and services that are not NSSM's",
    ),
    carry_out=carry_out,
)
