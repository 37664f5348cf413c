# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab as a whole: everything up, everything down, and one machine's plug and cable."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from errno import EBUSY
from fcntl import LOCK_EX, LOCK_NB, flock
from functools import partial
from pathlib import Path

from . import base, census, cpu, inotify, kept, keys, network, program, status, unpacked
from .machine import Machine, power_off
from .records import Record, Records
from .system import LabError, demand_root, demand_tools, run, wait_until
from .topology import Topology

SECONDS_TO_BOOT = 120.0
SECONDS_TO_END = 20.0


class Lab:
    def __init__(self, lab: Topology, state: Path, say: Callable[[str], None]) -> None:
        self.topology = lab
        self.state = state
        self._say = say
        self._run = state / "run"
        self._records = Records(self._run / "records")
        self.machines = {host.name: Machine(lab, host, state, self._records) for host in lab.hosts}

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One command at a time changes the lab."""
        demand_root()
        self.state.mkdir(parents=True, exist_ok=True)
        with (self.state / "lock").open("w") as lock:
            try:
                flock(lock, LOCK_EX | LOCK_NB)
            except BlockingIOError:
                self._say("waiting for another lab command to end")
                flock(lock, LOCK_EX)
            yield

    def build_bases(self, suites: Sequence[str] = ()) -> None:
        with self._alone():
            self._build_bases(suites)

    def _build_bases(self, suites: Sequence[str] = ()) -> None:
        demand_tools()
        for suite in sorted(suites or {host.suite for host in self.topology.hosts}):
            if suite in unpacked.TREES:
                unpacked.make(self.state, suite, self._say)
                continue
            if base.is_out_of_date(self.state, suite) and census.mounts(self._run):
                raise LabError(
                    f"The base of {suite} has to be built anew, and machines run on it. Try: lab down, lab up"
                )
            base.make(self.state, suite, self._say)

    def up(self) -> None:
        with self._alone():
            demand_tools()
            began = time.monotonic()
            network.demand_free_range(self.topology, self._records)
            self._build_bases()
            keys.ssh(self.state / "ssh", self.topology)
            keys.pki(self.state / "pki", self.topology)
            inotify.make_room(self._say)
            (self._run / "ssh").mkdir(parents=True, exist_ok=True)
            off = [machine for machine in self.machines.values() if not machine.is_on]
            self._say(f"network {self.topology.bridge}: {self.topology.controller}, {len(self.machines)} cables")
            network.make_bridge(self.topology, self._records)
            for host in self.topology.hosts:
                network.make_cable(self.topology, host, self._records)
            self._say(f"machines: {len(off)} to start, {len(self.machines) - len(off)} already on")
            self._boot(off)
            for machine in self.machines.values():
                machine.wait_for_ssh(SECONDS_TO_BOOT)
            self._say(f"up: {' '.join(self.machines)} ({time.monotonic() - began:.1f} s)")

    def _boot(self, machines: list[Machine]) -> None:
        for machine in machines:
            machine.lay_disk(base.tree(self.state, machine.host.suite))
            machine.boot()

    def start(self, name: str) -> None:
        with self._alone():
            machine = self._known(name)
            if not machine.is_on:
                self._boot([machine])
            machine.wait_for_ssh(SECONDS_TO_BOOT)
            self._say(f"{name}: on")

    def kill(self, name: str) -> None:
        with self._alone():
            power_off(self._known(name).root)
            self._say(f"{name}: off")

    def cut(self, name: str) -> None:
        network.cut(self.topology, self._known(name).host)
        self._say(f"{name}: cable cut")

    def mend(self, name: str) -> None:
        network.mend(self.topology, self._known(name).host)
        self._say(f"{name}: cable mended")

    def _known(self, name: str) -> Machine:
        self.topology.host(name)
        machine = self.machines[name]
        if not machine.root.exists():
            raise LabError(f"{name} was never started. Try: lab up")
        return machine

    def enter(self, name: str, command: list[str]) -> None:
        self._known(name).enter(command)

    def down(self) -> None:
        with self._alone():
            records = self._records.read()
            self._say(f"down: {len(records)} records of what was started")
            for socket in self._run.glob("ssh/*"):
                subprocess.run(
                    ["ssh", "-o", f"ControlPath={socket}", "-O", "exit", "lab"], capture_output=True, check=False
                )
            with ThreadPoolExecutor() as hands:
                list(hands.map(power_off, [Path(record.name) for record in records if record.kind == "machine"]))
            for record in reversed(records):
                undo(record)
            self._demand_nothing_alive()
            for place in (self._run, *kept.unfinished(self.state)):
                if place.exists():
                    shutil.rmtree(place)

    def _demand_nothing_alive(self) -> None:
        """Before files are deleted: a mount or a process that no record knows of would be harmed."""
        if not wait_until(lambda: not census.processes(self.state), SECONDS_TO_END):
            raise LabError(f"Processes {census.processes(self.state)} of the lab do not end. Try: lab leftovers")
        if census.mounts(self.state):
            raise LabError(
                f"Mounts that are not in the lab's records: {', '.join(census.mounts(self.state))}. Unmount them."
            )

    def status(self) -> list[status.Status]:
        return [status.of(machine, self.topology.link(machine.host)) for machine in self.machines.values()]

    def cpu_seconds(self) -> dict[str, float]:
        return {host.name: cpu.seconds_of(self.topology.namespace(host)) for host in self.topology.hosts}

    def leftovers(self) -> list[str]:
        demand_root()
        return census.everything(self.topology, self.state)


def remove(directory: Path) -> bool:
    """Whether it is gone; a control group stays busy for a moment after its last process has ended."""
    try:
        directory.rmdir()
    except FileNotFoundError:
        return True
    except OSError as error:
        if error.errno != EBUSY:
            raise
        return False
    return True


def undo(record: Record) -> None:
    """Remove what was recorded, if it came to be."""
    place = Path(record.name)
    if record.kind == "mount" and record.name in census.mounts(place.parent):
        run("umount", record.name)
    elif record.kind == "directory" and place.exists():
        below = sorted((path for path in place.rglob("*") if path.is_dir()), reverse=True)
        for directory in (*below, place):
            if not wait_until(partial(remove, directory), SECONDS_TO_END):
                raise LabError(f"{directory} stays busy. Try: lab leftovers, then lab down again")
    elif record.kind == "program":
        program.end(place)
    elif record.kind in ("bridge", "link"):
        network.remove_link(record.name)
    elif record.kind == "namespace":
        network.remove_namespace(record.name)
