# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible.windows.win_reg_stat, for one kind of key: the Parameters of a service, where NSSM keeps what it runs."""

from __future__ import annotations

import re
from typing import Any

from ..host.host import Host
from ..host.win32 import NotModelled
from .call import Call, ModuleFailed
from .model import Model
from .unhandled import unhandled_is_told

_ANY_KEY = re.compile(r"HK(CC|CR|CU|LM|U):\\.*", re.IGNORECASE)
_PARAMETERS = re.compile(r"HKLM:\\SYSTEM\\CurrentControlSet\\Services\\([^\\]+)\\Parameters\\?", re.IGNORECASE)


@unhandled_is_told
def carry_out(host: Host, call: Call) -> dict[str, Any]:
    path, name = call.arguments["path"], call.get("name")
    if not _ANY_KEY.fullmatch(path):
        raise ModuleFailed(f"path: {path} is not a valid registry path, see module documentation for examples.")
    key = _PARAMETERS.fullmatch(path)
    if key is None:
        raise NotModelled(f"no key of the registry is modelled but the Parameters of a service: {path}")
    service = host.services.installed.get(key[1].lower())
    if service is None or not service.parameters:
        return {"changed": False, "exists": False}
    entries = {name: _entry(host, value) for name, value in service.parameters.items()}
    if name is None:
        return {"changed": False, "exists": True, "properties": entries, "sub_keys": []}
    found = next((entry for own, entry in entries.items() if own.lower() == name.lower()), None)
    return {"changed": False, "exists": found is not None, **(found or {})}


def _entry(host: Host, raw: str) -> dict[str, str]:
    return {"type": "REG_EXPAND_SZ", "value": host.drives.expanded(raw), "raw_value": raw}


MODEL = Model(
    module="ansible.windows.win_reg_stat",
    honours=frozenset({"path", "name"}),
    script_sha256={
        "74195d69b47c3379e1f1c737f023bf46dd2f24ac42b5e0606baf69edb015b347": "3.3.0, 3.8.0",
    },
    differences=(
        r"only keys HKLM:\SYSTEM\CurrentControlSet\Services\NAME\Parameters; every other key is refused",
        "a service that is not NSSM's has no such key; an entry is always REG_EXPAND_SZ",
        "what win_nssm was never told has no entry, where NSSM writes some of its own",
    ),
    carry_out=carry_out,
)
