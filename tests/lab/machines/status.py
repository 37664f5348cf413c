# SPDX-License-Identifier: GPL-3.0-or-later
"""How one machine is doing."""

from __future__ import annotations

from dataclasses import dataclass

from . import network
from .machine import Machine


@dataclass(frozen=True)
class Status:
    name: str
    address: str
    suite: str
    is_on: bool
    is_connected: bool

    @property
    def is_well(self) -> bool:
        return self.is_on and self.is_connected

    def __str__(self) -> str:
        power = "on" if self.is_on else "off"
        cable = "" if self.is_connected else "cable cut"
        return f"{self.name:<12} {self.address:<15} {self.suite:<10} {power:<4} {cable}".rstrip()


def of(machine: Machine, link: str) -> Status:
    host = machine.host
    return Status(host.name, str(host.address), host.suite, machine.is_on, network.is_connected(link))
