# SPDX-License-Identifier: GPL-3.0-or-later
"""Ports on loopback for the servers of a test. Below those that the kernel gives, and never one twice in a while: nobody else gets a port
between the moment it is found free and the moment its server listens, not even tests that run at the same time."""

from __future__ import annotations

import os
import socket
from itertools import cycle

FIRST, PARTS, PORTS_IN_A_PART = 12_000, 20, 1_000
_part = FIRST + os.getpid() % PARTS * PORTS_IN_A_PART
_ports = cycle(range(_part, _part + PORTS_IN_A_PART))


def free_port() -> int:
    for port in _ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("the ports of a circle never end")
