# SPDX-License-Identifier: GPL-3.0-or-later
"""What of the lab exists on this machine, as the kernel tells it and not as the records do."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from . import kept, network
from .topology import Topology

PROC = Path("/proc")
NSPAWN = Path("/run/systemd/nspawn")


def everything(lab: Topology, state: Path) -> list[str]:
    """A line for each process, namespace, mount, link and control group of the lab."""
    return [
        *(f"process {pid}: {' '.join(command(pid))[:100]}" for pid in processes(state)),
        *(f"process {pid}, out of a base tree: {' '.join(command(pid))[:100]}" for pid in inside(state / "base")),
        *(f"namespace {name}" for name in namespaces(lab)),
        *(f"mount {place}" for place in mounts(state)),
        *(f"link {name}" for name in network.names() if re.fullmatch(rf"{re.escape(lab.bridge)}(-\d+)?", name)),
        *(f"control group {group}" for group in groups(lab.bridge)),
        *(f"directory {made}" for made in NSPAWN.glob(f"*/{lab.bridge}-*")),
        *(f"unfinished {place}" for place in kept.unfinished(state)),
    ]


def processes(state: Path) -> list[int]:
    """Every process of the lab: in its machines or around them, modelling Windows members, serving rows, building a base, or keeping an SSH connection open."""
    around = re.compile(
        rf"{re.escape(str(state))}/(run/hosts/[^/]+/root|run/(windows|database)(/.*)?|base/[^/]+{re.escape(kept.UNFINISHED)})"
        rf"|ssh: {re.escape(str(state))}/run/ssh/.* \[mux\] *"
    )
    return [
        pid
        for pid in pids()
        if any(around.fullmatch(word) for word in command(pid)) or f"upperdir={state}/run/" in root_mount(pid)
    ]


def out_of(folder: Path) -> list[int]:
    """Processes that were given the folder, or a file in it, as a word of their command."""
    return [pid for pid in pids() if any(Path(word).is_relative_to(folder) for word in command(pid) if word)]


def inside(place: Path) -> list[int]:
    """Processes whose root is a directory below the place: programs that a test has started out of a tree."""
    return [pid for pid in pids() if root_of(pid).startswith(f"{place}/")]


def root_of(pid: int) -> str:
    """A process that has just ended has none."""
    try:
        return os.readlink(PROC / str(pid) / "root")
    except OSError:
        return ""


def machine_processes(root: Path) -> list[int]:
    """Processes inside the machine whose disk is mounted at root, and nspawn around it."""
    disk = f"upperdir={root.parent}/"
    return [pid for pid in pids() if str(root) in command(pid) or disk in root_mount(pid)]


def namespaces(lab: Topology) -> list[str]:
    return sorted(file.name for file in network.NAMESPACES.glob(f"{lab.bridge}-*"))


def mounts(place: Path) -> list[str]:
    """Mount points under the place, the innermost first."""
    points = [words[4] for words in mount_table("self")]
    return sorted((point for point in points if point.startswith(f"{place}/")), reverse=True)


def hierarchies() -> list[Path]:
    """Where a machine gets a control group of its own: the hierarchy of systemd, and that of version 2."""
    return [
        Path(words[4])
        for words in mount_table("self")
        if words[-3] == "cgroup2" or (words[-3] == "cgroup" and "name=systemd" in words[-1].split(","))
        if os.access(words[4], os.W_OK)
    ]


def groups(bridge: str) -> list[Path]:
    """Control groups of the lab's machines."""
    return [group for top in hierarchies() for group in top.glob(f"{bridge}-*")]


def leader(root: Path) -> int | None:
    """The process that is number 1 in the machine whose disk is mounted at root."""
    return next((pid for pid in machine_processes(root) if number_within(pid) == 1), None)


def pids() -> Iterator[int]:
    return (int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit())


def command(pid: int) -> list[str]:
    return text(PROC / str(pid) / "cmdline").split("\0")


def root_mount(pid: int) -> str:
    """The options of what is mounted at / as the process sees it."""
    return next((words[-1] for words in mount_table(pid) if words[4] == "/"), "")


def number_within(pid: int) -> int:
    found = re.search(r"^NSpid:.*\t(\d+)$", text(PROC / str(pid) / "status"), re.MULTILINE)
    return int(found.group(1)) if found else 0


def mount_table(pid: int | str) -> list[list[str]]:
    return [line.split(" ") for line in text(PROC / str(pid) / "mountinfo").splitlines()]


def text(file: Path) -> str:
    """What the file says; nothing if its process has just ended."""
    try:
        return file.read_text(errors="replace")
    except OSError:
        return ""
