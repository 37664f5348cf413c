# SPDX-License-Identifier: GPL-3.0-or-later
"""The Windows members of an inventory: their names and addresses, and the port where Ansible looks for them."""

from __future__ import annotations

from pathlib import Path

import yaml

from ..machines.system import LabError

INVENTORY = Path(__file__).resolve().parents[3] / "inventories/lab_windows/hosts.yml"
PORT = 5986


def addresses(inventory: Path = INVENTORY) -> dict[str, str]:
    """Of the hosts in the group windows below any other."""
    found: dict[str, str] = {}
    to_see = [yaml.safe_load(inventory.read_text())["all"]]
    while to_see:
        children = to_see.pop().get("children") or {}
        to_see.extend(children.values())
        hosts = children.get("windows", {}).get("hosts") or {}
        found.update({name: variables["ansible_host"] for name, variables in hosts.items()})
    if not found:
        raise LabError(f"{inventory} has no hosts in a group windows.")
    return found
