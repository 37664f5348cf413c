# SPDX-License-Identifier: GPL-3.0-or-later
"""The private bridge and a cable from it to each host. No host has a default route: the lab is sealed."""

from __future__ import annotations

import ipaddress
import json
from pathlib import Path

from .records import Records
from .system import LabError, run
from .topology import Host, Topology

NAMESPACES = Path("/run/netns")


def links() -> dict[str, list[ipaddress.IPv4Interface]]:
    """Every link of this machine's own namespace with its addresses."""
    return {
        link["ifname"]: [
            ipaddress.IPv4Interface(f"{address['local']}/{address['prefixlen']}")
            for address in link["addr_info"]
            if address["family"] == "inet"
        ]
        for link in json.loads(run("ip", "-json", "address", "show"))
    }


def names() -> list[str]:
    return sorted(link.name for link in Path("/sys/class/net").iterdir())


def demand_free_range(lab: Topology, records: Records) -> None:
    there = links()
    if lab.bridge in there and not any(record.name == lab.bridge for record in records.read()):
        raise LabError(
            f"A link {lab.bridge} exists that this lab did not make. Remove it, or give lab_bridge another name."
        )
    for name, addresses in there.items():
        for address in addresses:
            if name != lab.bridge and address.network.overlaps(lab.controller.network):
                raise LabError(
                    f"{name} has {address}, inside the lab's {lab.controller.network}. "
                    "Give lab_controller_address and the hosts another range in the inventory."
                )


def make_bridge(lab: Topology, records: Records) -> None:
    if lab.bridge not in names():
        records.write("bridge", lab.bridge)
        run("ip", "link", "add", lab.bridge, "type", "bridge")
    run("ip", "address", "replace", str(lab.controller), "dev", lab.bridge)
    run("ip", "link", "set", lab.bridge, "up")


def make_cable(lab: Topology, host: Host, records: Records) -> None:
    namespace, link = lab.namespace(host), lab.link(host)
    if not (NAMESPACES / namespace).exists():
        records.write("namespace", namespace)
        run("ip", "netns", "add", namespace)
    if link not in names():
        records.write("link", link)
        run("ip", "link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", namespace)
    run("ip", "link", "set", link, "master", lab.bridge, "up")
    run(
        "ip", "-n", namespace, "address", "replace", f"{host.address}/{lab.controller.network.prefixlen}", "dev", "eth0"
    )
    run("ip", "-n", namespace, "link", "set", "lo", "up")
    run("ip", "-n", namespace, "link", "set", "eth0", "up")


def cut(lab: Topology, host: Host) -> None:
    run("ip", "link", "set", lab.link(host), "down")


def mend(lab: Topology, host: Host) -> None:
    run("ip", "link", "set", lab.link(host), "up")


def is_connected(link: str) -> bool:
    return link in names() and "UP" in json.loads(run("ip", "-json", "link", "show", "dev", link))[0]["flags"]


def remove_link(name: str) -> None:
    if name in names():
        run("ip", "link", "delete", name)


def remove_namespace(name: str) -> None:
    if (NAMESPACES / name).exists():
        run("ip", "netns", "delete", name)
