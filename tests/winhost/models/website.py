# SPDX-License-Identifier: GPL-3.0-or-later
"""microsoft.iis.website."""

from __future__ import annotations

from typing import Any

from ..host.host import Host
from ..host.iis import STARTED, STOPPED, Binding, Site
from ..host.win32 import NotModelled
from .call import Call, ModuleFailed
from .model import Model
from .unhandled import unhandled_is_told


@unhandled_is_told
def carry_out(host: Host, call: Call) -> dict[str, Any]:
    name, state = call.arguments["name"], call.get("state", "started")
    site = host.iis.site(name)
    if state == "absent":
        if site is not None and not call.check:
            host.iis.remove_site(site)
        return {"changed": site is not None}
    path = call.get("physical_path")
    if site is None and not path:
        raise ModuleFailed("missing required arguments: physical_path")
    if path and not host.drives.real(path).is_dir():
        raise ModuleFailed("specified folder must already exist: physical_path")
    bindings = _bindings(call, site.bindings if site else [])
    if site is None:
        if not call.check:
            site = host.iis.add_site(name, path)
            site.site_id = int(call.get("site_id", site.site_id))
            _apply(host, call, site, bindings, state)
        return {"changed": True}
    before = (site.physical_path, site.application_pool, site.bindings, site.state)
    after = (
        host.drives.full(path) if path else site.physical_path,
        call.get("application_pool", site.application_pool),
        bindings,
        STOPPED if state == "stopped" else STARTED,
    )
    if not call.check:
        _apply(host, call, site, bindings, state)
    return {"changed": before != after or state == "restarted"}


def _apply(host: Host, call: Call, site: Site, bindings: list[Binding], state: str) -> None:
    before = (site.physical_path, site.application_pool, site.bindings)
    site.physical_path = host.drives.full(call.get("physical_path", site.physical_path))
    site.application_pool = call.get("application_pool", site.application_pool)
    site.bindings = bindings
    site.state = STOPPED if state == "stopped" else STARTED
    if state == "restarted" or before != (site.physical_path, site.application_pool, site.bindings):
        host.iis.renew(site)
    else:
        host.iis.settle()


def _bindings(call: Call, now: list[Binding]) -> list[Binding]:
    asked = call.get("bindings", {})
    if asked.get("set") is not None:
        return [_binding(given) for given in asked["set"]]
    added = [_binding(given) for given in asked.get("add") or []]
    gone = {_information(given) for given in asked.get("remove") or []}
    kept = [binding for binding in now if binding.information not in gone]
    return kept + [binding for binding in added if binding.information not in {one.information for one in kept}]


def _binding(given: dict[str, Any]) -> Binding:
    unknown = {name for name, value in given.items() if value not in (None, False)} - {
        "ip",
        "port",
        "hostname",
        "protocol",
        "certificate_store_name",
    }
    if given.get("protocol") == "https" or unknown:
        raise NotModelled("an https binding of a site, with certificates, is not modelled")
    if not given.get("ip") or not given.get("port"):
        raise NotModelled("a binding must name its ip and its port")
    return Binding(int(given["port"]), given["ip"], given.get("hostname") or "")


def _information(given: dict[str, Any]) -> str:
    return f"{given.get('ip') or ''}:{given.get('port') or ''}:{given.get('hostname') or ''}"


MODEL = Model(
    module="microsoft.iis.website",
    honours=frozenset({"name", "state", "site_id", "application_pool", "physical_path", "bindings"}),
    script_sha256={
        "7a8f5392f6868cb6710f4e5fb97d0cc16c974729970c50e675fd09b78ad09445": "1.1.0",
        "62f9cbc80c632d085c5816d6e0c9f8136e415f52398c99b014ee0abf8a9447e6": "1.3.0",
    },
    differences=(
        "a started site with a binding is one process, from the file app.exe in its folder (the test may name another)",
        "the port belongs to the process: connections are refused while it restarts, where Windows keeps them waiting",
        "a new folder or binding starts a new process at once; app_offline.htm and web.config are not read",
        "no https bindings; a binding must name ip and port",
    ),
    carry_out=carry_out,
)
