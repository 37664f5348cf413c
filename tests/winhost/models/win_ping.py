# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible.windows.win_ping."""

from __future__ import annotations

from typing import Any

from ..host.host import Host
from .call import Call, ModuleFailed
from .model import Model


def carry_out(_host: Host, call: Call) -> dict[str, Any]:
    data = call.get("data", "pong")
    if data == "crash":
        raise ModuleFailed("Unhandled exception while executing module: boom")
    return {"changed": False, "ping": data}


MODEL = Model(
    module="ansible.windows.win_ping",
    honours=frozenset({"data"}),
    script_sha256={
        "fb9994426f6947b20d29dd5933e79b948fe2428f309e73313d2900258e2ee11f": "3.3.0, 3.8.0",
    },
    carry_out=carry_out,
)
