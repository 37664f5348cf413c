# SPDX-License-Identifier: GPL-3.0-or-later
"""microsoft.iis.website_info."""

from __future__ import annotations

from typing import Any

from ..host.host import Host
from ..host.iis import Site
from .call import Call
from .model import Model
from .unhandled import unhandled_is_told


@unhandled_is_told
def carry_out(host: Host, call: Call) -> dict[str, Any]:
    name = call.get("name")
    sites = [site for site in host.iis.sites.values() if name is None or site.name.lower() == name.lower()]
    return {"changed": False, "exists": bool(sites), "site": [_told(site) for site in sites]}


def _told(site: Site) -> dict[str, Any]:
    return {
        "name": site.name,
        "site_id": site.site_id,
        "state": site.state,
        "physical_path": site.physical_path,
        "application_pool": site.application_pool,
        "bindings": [
            {
                "ip": binding.ip,
                "port": binding.port,
                "hostname": binding.hostname,
                "protocol": binding.protocol,
                "use_ccs": False,
                "use_sni": False,
                "certificate_hash": "",
                "certificate_store_name": None,
            }
            for binding in site.bindings
        ],
    }


MODEL = Model(
    module="microsoft.iis.website_info",
    honours=frozenset({"name"}),
    script_sha256={
        "4dae3ac67377bb49a245a45ee4286e897244678fa4e52aabed24335e4dcdde6d": "1.1.0",
        "f8de830b78ee6a8626492495ec8794bfbe5ea88f08dabee4452b4935dc2dbe14": "1.3.0",
    },
    differences=("nothing but http bindings",),
    carry_out=carry_out,
)
