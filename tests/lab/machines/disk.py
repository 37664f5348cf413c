# SPDX-License-Identifier: GPL-3.0-or-later
"""A host's disk: the base tree below, what the host writes above it, and the files that make it this host."""

from __future__ import annotations

import hashlib
from pathlib import Path

from . import census, keys
from .records import Records
from .system import run
from .topology import Host, Topology


def lay(root: Path, base: Path, records: Records) -> None:
    """Mount it at root, unless it is. What the host wrote stays until the lab is taken down, as on a disk."""
    upper, work = root.with_name("upper"), root.with_name("work")
    for place in (upper, work, root):
        place.mkdir(parents=True, exist_ok=True)
    if str(root) not in census.mounts(root.parent):
        records.write("mount", str(root))
        run("mount", "-t", "overlay", "overlay", "-o", f"lowerdir={base},upperdir={upper},workdir={work}", str(root))


def personalise(root: Path, lab: Topology, host: Host, ssh: Path) -> None:
    """Names, machine id, the key it answers with and the key that opens it."""
    key = keys.host_key(ssh, host)
    neighbours = [f"{neighbour.address} {neighbour.name}" for neighbour in lab.hosts]
    place(root / "etc/hostname", host.name)
    place(root / "etc/hosts", "\n".join(["127.0.0.1 localhost", f"{lab.controller.ip} controller", *neighbours]))
    place(root / "etc/machine-id", hashlib.md5(lab.namespace(host).encode()).hexdigest())
    place(root / "etc/ssh/ssh_host_ed25519_key", key.read_text().strip(), mode=0o600)
    place(root / "etc/ssh/ssh_host_ed25519_key.pub", keys.public(key).read_text().strip())
    (root / "root/.ssh").mkdir(mode=0o700, exist_ok=True)
    place(root / "root/.ssh/authorized_keys", keys.public(ssh / "key").read_text().strip(), mode=0o600)


def place(file: Path, line: str, mode: int = 0o644) -> None:
    """A new file, never through a link: a link in the tree may be absolute and lead out of it."""
    file.unlink(missing_ok=True)
    file.touch(mode=mode)
    file.write_text(line + "\n")
