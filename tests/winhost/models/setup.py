# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible.windows.setup: the few facts that name a host and its kind."""

from __future__ import annotations

import time
from typing import Any

from ..host.host import Host
from .call import Call
from .model import Model


def carry_out(host: Host, _call: Call) -> dict[str, Any]:
    facts = {
        "ansible_hostname": host.name.upper(),
        "ansible_nodename": host.name.upper(),
        "ansible_fqdn": host.name,
        "ansible_system": "Win32NT",
        "ansible_os_family": "Windows",
        "ansible_os_name": "winhost, a host model",
        "ansible_distribution": "winhost, a host model",
        "ansible_architecture": "64-bit",
        "ansible_ip_addresses": [host.address],
        "ansible_env": dict(host.environment),
        "ansible_uptime_seconds": int(time.time() - host.boot_time),
        "ansible_lastboot": time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime(host.boot_time)),
        "module_setup": True,
    }
    return {"changed": False, "ansible_facts": facts}


MODEL = Model(
    module="ansible.windows.setup",
    honours=frozenset(),
    ignores={
        "gather_subset": "all facts of the model are given",
        "gather_timeout": "no fact takes time",
    },
    script_sha256={
        "b597b329266a9d86b06b5f9a204a228e8d0b4bccfb88a35a8f1c96fa8595e2e4": "3.3.0",
        "0900f3e6b3863f046aa0efe876ff4e9ecb05051102b3bd38c8e90853b4691fb1": "3.8.0",
    },
    differences=("a dozen facts; no Windows version, memory, disks or network adapters",),
    carry_out=carry_out,
)
