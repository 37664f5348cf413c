# SPDX-License-Identifier: GPL-3.0-or-later
"""One host: systemd started on the host's disk, in the host's network."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from pathlib import Path

from . import census, disk, network
from .records import Records
from .system import LabError, wait_until
from .topology import Host, Topology

REBOOT = 133  # what nspawn ends with when the machine inside asks to be started again
# Given control groups to enter, a dash, and the command that runs the machine: until it ends other than by a reboot.
RUN = (
    f'while [ "$1" != - ]; do echo $$ >"$1/cgroup.procs"; shift; done; shift; while "$@"; [ $? = {REBOOT} ]; do :; done'
)
# Newer systemds know control groups of version 2 alone; nspawn gives them those on a machine that has both, too.
VERSION_2 = {"SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"}
SECONDS_TO_DIE = 20.0


class Machine:
    def __init__(self, lab: Topology, host: Host, state: Path, records: Records) -> None:
        self.host = host
        self._lab = lab
        self._state = state
        self._records = records
        self._name = lab.namespace(host)
        self.root = state / "run" / "hosts" / host.name / "root"
        self.console = self.root.with_name("console")

    @property
    def leader(self) -> int | None:
        return census.leader(self.root)

    @property
    def is_on(self) -> bool:
        return bool(census.machine_processes(self.root))

    def lay_disk(self, base: Path) -> None:
        disk.lay(self.root, base, self._records)
        disk.personalise(self.root, self._lab, self.host, self._state / "ssh")

    def boot(self) -> None:
        groups = [top / self._name for top in census.hierarchies()] if not booted_with_systemd() else []
        self._records.write("directory", str(census.NSPAWN / "propagate" / self._name))
        for group in groups:
            self._records.write("directory", str(group))
            group.mkdir(exist_ok=True)
        self._records.write("machine", str(self.root))
        with self.console.open("ab") as console:
            subprocess.Popen(
                ["sh", "-c", RUN, "sh", *map(str, groups), "-", *self._nspawn()],
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd="/",
                env={**os.environ, **VERSION_2},
            )

    def _nspawn(self) -> list[str]:
        return [
            "systemd-nspawn",
            "--quiet",
            "--boot",
            "--register=no",
            *([] if booted_with_systemd() else ["--keep-unit"]),
            "--directory",
            str(self.root),
            f"--machine={self._name}",
            f"--hostname={self.host.name}",
            f"--network-namespace-path={network.NAMESPACES / self._name}",
            "--capability=CAP_NET_ADMIN",
            "--console=pipe",
        ]

    def wait_for_ssh(self, seconds: float) -> None:
        def answers() -> bool:
            try:
                with socket.create_connection((str(self.host.address), 22), timeout=1) as door:
                    return door.recv(4) == b"SSH-"
            except OSError:
                return False

        if not wait_until(lambda: answers() or not self.is_on, seconds) or not self.is_on:
            last = "\n  ".join(self.console.read_text(errors="replace").splitlines()[-8:])
            raise LabError(
                f"{self.host.name} did not answer on {self.host.address}:22; the end of {self.console}:\n  {last}"
            )

    def enter(self, command: list[str]) -> None:
        """Become the command inside the machine, over its namespaces and not over the network."""
        leader = self.leader
        if leader is None:
            raise LabError(f"{self.host.name} is off. Try: lab start {self.host.name}")
        clean = [
            "env",
            "-i",
            "HOME=/root",
            f"TERM={os.environ.get('TERM', 'dumb')}",
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        ]
        os.execvp("nsenter", ["nsenter", f"--target={leader}", "--all", "--root", "--wd", *clean, *command])


def power_off(root: Path) -> None:
    """Pull the plug of the machine whose disk is at root: number 1 first, so that nspawn tidies up after it."""
    leader = census.leader(root)
    if leader is not None:
        os.kill(leader, signal.SIGKILL)
        wait_until(lambda: not census.machine_processes(root), SECONDS_TO_DIE / 4)
    for pid in census.machine_processes(root):
        os.kill(pid, signal.SIGKILL)
    if not wait_until(lambda: not census.machine_processes(root), SECONDS_TO_DIE):
        raise LabError(f"Processes {census.machine_processes(root)} of {root} do not die.")


def booted_with_systemd() -> bool:
    return Path("/run/systemd/system").is_dir()
