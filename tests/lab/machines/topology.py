# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory read as a drawing of the lab: which hosts, at which addresses, on which bridge."""

from __future__ import annotations

import ipaddress
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import yaml

from .system import LabError

LONGEST_BRIDGE_NAME = 9
WIDEST_NETWORK = 16


@dataclass(frozen=True)
class Host:
    name: str
    address: ipaddress.IPv4Address
    suite: str
    groups: frozenset[str]


@dataclass(frozen=True)
class Topology:
    bridge: str
    controller: ipaddress.IPv4Interface
    hosts: tuple[Host, ...]

    def host(self, name: str) -> Host:
        for host in self.hosts:
            if host.name == name:
                return host
        raise LabError(f"No host '{name}' in the lab. It has {', '.join(host.name for host in self.hosts)}.")

    def namespace(self, host: Host) -> str:
        """The name that a host's network namespace, control groups and machine carry on this machine."""
        return f"{self.bridge}-{host.name}"

    def link(self, host: Host) -> str:
        """The controller's end of the host's cable. A link's name has room for 15 characters: it carries a number."""
        return f"{self.bridge}-{int(host.address) - int(self.controller.network.network_address)}"


def read(inventory: Path) -> Topology:
    try:
        tree = yaml.safe_load(inventory.read_text())
        return topology(tree["all"])
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise LabError(f"{inventory} is not an inventory of a lab: {type(error).__name__}: {error}") from error


def topology(top: dict[str, Any]) -> Topology:
    """Hosts that have a lab_suite are the lab's machines; a host in several groups has what each of them says."""
    found: dict[str, dict[str, Any]] = {}
    groups: dict[str, set[str]] = {}

    def walk(name: str, group: Optional[dict[str, Any]], inherited: dict[str, Any]) -> None:
        group = group or {}
        known = {**inherited, **(group.get("vars") or {})}
        for host, own in (group.get("hosts") or {}).items():
            found[host] = {**found.get(host, {}), **known, **(own or {})}
            groups.setdefault(host, set()).add(name)
        for child, content in (group.get("children") or {}).items():
            walk(child, content, known)

    walk("all", top, {})
    controller = ipaddress.IPv4Interface(top["vars"]["lab_controller_address"])
    hosts = tuple(
        Host(name, ipaddress.IPv4Address(known["ansible_host"]), known["lab_suite"], frozenset(groups[name]))
        for name, known in found.items()
        if "lab_suite" in known
    )
    return checked(Topology(top["vars"]["lab_bridge"], controller, hosts))


def checked(lab: Topology) -> Topology:
    if len(lab.bridge) > LONGEST_BRIDGE_NAME:
        raise LabError(f"lab_bridge '{lab.bridge}' is longer than {LONGEST_BRIDGE_NAME} characters.")
    if lab.controller.network.prefixlen < WIDEST_NETWORK:
        raise LabError(
            f"lab_controller_address {lab.controller}: a network wider than /{WIDEST_NETWORK} has no short link names."
        )
    addresses = {lab.controller.ip: "the controller"}
    for host in lab.hosts:
        if host.address not in lab.controller.network:
            raise LabError(f"{host.name} is at {host.address}, outside of lab_controller_address {lab.controller}.")
        if host.address in addresses:
            raise LabError(f"{host.name} and {addresses[host.address]} are both at {host.address}.")
        addresses[host.address] = host.name
    return lab


def state() -> Path:
    """Where the lab keeps what it makes, as lab_state in the inventory's group_vars."""
    cache = Path(os.environ.get("HYBRID_ROLLOUT_CACHE") or Path.home() / ".cache" / "hybrid.rollout").resolve()
    if not re.fullmatch(r"[\w./+@-]+", str(cache)):
        raise LabError(f"The lab mounts file systems below {cache}, and mount takes only plain characters in a path.")
    return cache / "lab"
