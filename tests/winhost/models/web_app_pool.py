# SPDX-License-Identifier: GPL-3.0-or-later
"""microsoft.iis.web_app_pool."""

from __future__ import annotations

from typing import Any

from ..host.host import Host
from ..host.iis import STARTED, STOPPED, Pool
from .call import Call
from .model import Model
from .unhandled import unhandled_is_told


@unhandled_is_told
def carry_out(host: Host, call: Call) -> dict[str, Any]:
    name, state = call.arguments["name"], call.get("state", "present")
    pool = host.iis.pool(name)
    if state == "absent":
        if pool is not None and not call.check:
            host.iis.remove_pool(pool)
        return {"changed": pool is not None}
    changed = pool is None
    if pool is None:
        if call.check:
            return {"changed": True}
        pool = host.iis.add_pool(name)
    attributes = call.get("attributes", {})
    changed |= any(pool.attributes.get(key) != value for key, value in attributes.items())
    if not call.check:
        pool.attributes |= attributes
    return {"changed": _set_state(host, call, pool, state) or changed}


def _set_state(host: Host, call: Call, pool: Pool, state: str) -> bool:
    wanted = {"started": STARTED, "restarted": STARTED, "stopped": STOPPED}.get(state, pool.state)
    recycles = state == "restarted" and pool.state == STARTED
    changed = recycles or wanted != pool.state
    if not call.check:
        pool.state = wanted
        if recycles:
            host.iis.recycle(pool)
        else:
            host.iis.settle()
    return changed


MODEL = Model(
    module="microsoft.iis.web_app_pool",
    honours=frozenset({"name", "state", "attributes"}),
    script_sha256={
        "b1830328f75d6f3936ab0dec0d8faa8fcc03d4ee7eb10df9b122fc6ae5239f6c": "1.1.0, 1.3.0",
    },
    differences=(
        "attributes are kept and told, and change nothing; their names and types are not checked",
        "a restart ends the old process before the new one starts, where IIS lets them overlap",
        "no rapid-fail protection",
    ),
    carry_out=carry_out,
)
