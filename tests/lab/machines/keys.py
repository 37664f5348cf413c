# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may enter: one SSH key for the controller, one for each host, and certificates for the TLS doors. Made once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from . import kept
from .system import run
from .topology import Host, Topology

TLS_GROUP = "load_balancers"


def ssh(place: Path, lab: Topology) -> None:
    """``key`` opens every host; ``known_hosts`` holds the keys under which they answer."""
    (place / "hosts").mkdir(parents=True, exist_ok=True)
    for key, comment in [(place / "key", "lab"), *((host_key(place, host), host.name) for host in lab.hosts)]:
        if not public(key).exists():
            key.unlink(missing_ok=True)
            run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", str(key))
    known = (f"{host.address},{host.name} {public(host_key(place, host)).read_text()}" for host in lab.hosts)
    (place / "known_hosts").write_text("".join(known))


def host_key(place: Path, host: Host) -> Path:
    return place / "hosts" / host.name


def public(key: Path) -> Path:
    return key.with_name(key.name + ".pub")


def write_secret(file: Path, content: bytes) -> None:
    """Nobody else can read it at any moment."""
    file.touch(mode=0o600)
    file.write_bytes(content)


def pki(place: Path, lab: Topology) -> None:
    """An authority, a client, and for each load balancer a server: key and chain in one file, as HAProxy reads it."""
    servers = {host.name: str(host.address) for host in lab.hosts if TLS_GROUP in host.groups}

    def build(unfinished: Path) -> None:
        from trustme import CA  # noqa: PLC0415 (slow to import, needed once)

        def write(name: str, content: Any) -> None:
            write_secret(unfinished / name, content.bytes())

        authority = CA()
        write("ca.pem", authority.cert_pem)
        client = authority.issue_cert("controller", common_name="controller")
        write("client.pem", client.cert_chain_pems[0])
        write("client.key", client.private_key_pem)
        for name, address in servers.items():
            write(f"{name}.pem", authority.issue_cert(address, name).private_key_and_cert_chain_pem)

    kept.keep(place, {"servers": servers, "revision": 1}, build)
