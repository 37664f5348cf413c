# SPDX-License-Identifier: GPL-3.0-or-later
"""microsoft.iis.web_app_pool_info. One that is asked for by name and is not there fails the module, as on Windows."""

from __future__ import annotations

from typing import Any

from ..host.host import Host
from ..host.iis import Pool
from .call import Call, ModuleFailed
from .model import Model
from .unhandled import unhandled_is_told


@unhandled_is_told
def carry_out(host: Host, call: Call) -> dict[str, Any]:
    name = call.get("name")
    if name is None:
        pools = list(host.iis.pools.values())
    elif pool := host.iis.pool(name):
        pools = [pool]
    else:
        words = (
            "Failed to fetch the info of the required application pool Exception: "
            f"Cannot find path 'IIS:\\AppPools\\{name}' because it does not exist."
        )
        raise ModuleFailed(words, {"changed": False, "exists": False, "app_pools": []})
    return {"changed": False, "exists": bool(pools), "app_pools": [_told(pool) for pool in pools]}


def _told(pool: Pool) -> dict[str, Any]:
    return {"name": pool.name, "attributes": {"name": pool.name, "state": pool.state, **pool.attributes}}


MODEL = Model(
    module="microsoft.iis.web_app_pool_info",
    honours=frozenset({"name"}),
    script_sha256={
        "0e97dbc1d2c1203bfe61564a6c89a22f4e8f5b428db9f7e5e03bcc78340a55af": "1.1.0, 1.3.0",
    },
    differences=("attributes are the name, the state and what the test set, flat; none of the defaults of IIS",),
    carry_out=carry_out,
)
