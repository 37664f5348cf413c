# SPDX-License-Identifier: GPL-3.0-or-later
"""A real HAProxy of a benchmark, on loopback: servers in an online pool, the same in a maintenance pool, all of them well."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from socket import AF_UNIX, socket
from typing import Union

from ansible_collections.hybrid.rollout.tests.integration._ports import free_port
from ansible_collections.hybrid.rollout.tests.integration.haproxy._processes import haproxy_command, until

CONFIG = """
global
  stats socket {home}/admin.sock level admin
defaults
  mode http
  timeout connect 2s
  timeout client 60s
  timeout server 60s
  default-server check inter {inter}
frontend members
  bind 127.0.0.1:{port}
  http-request return status 200 content-type application/json string '{{"version":"1.0"}}'
backend quotes
{online}
backend quotes_maintenance
{maintenance}
"""


class Balancer:
    def __init__(self, home: Path, servers: Union[Sequence[str], Mapping[str, str]], inter: str = "5s") -> None:
        """``servers`` are names, or names with their addresses; without those each is HAProxy itself."""
        self.socket = home / "admin.sock"
        self.port = free_port()
        self._servers = list(servers)
        home.mkdir()
        config = home / "haproxy.cfg"
        addresses = servers if isinstance(servers, Mapping) else dict.fromkeys(servers, f"127.0.0.1:{self.port}")
        lines = [f"  server {name} {address}" for name, address in addresses.items()]
        config.write_text(
            CONFIG.format(
                home=home,
                inter=inter,
                port=self.port,
                online="\n".join(lines),
                maintenance="\n".join(f"{line} disabled" for line in lines),
            )
        )
        with (home / "log").open("wb") as log:
            self._process = subprocess.Popen([*haproxy(), "-f", str(config), "-db"], stdout=log, stderr=log)
        until(lambda: self.socket.exists() and self.placed() == 0, "HAProxy answers")

    def ask(self, line: str) -> str:
        with socket(AF_UNIX) as door:
            door.connect(str(self.socket))
            door.sendall(line.encode() + b"\n")
            return b"".join(iter(lambda: door.recv(65536), b"")).decode()

    def placed(self) -> int:
        """How many servers are out of the online and in the maintenance pool."""
        rows = [row.split() for row in self.ask("show servers state").splitlines()]
        admins = {(row[1], row[3]): int(row[6]) for row in rows if len(row) > 6 and row[3] in self._servers}
        return sum(admins["quotes", name] & 1 > admins["quotes_maintenance", name] & 1 for name in self._servers)

    def put_back(self) -> None:
        for name in self._servers:
            self.ask(f"set server quotes/{name} state ready;set server quotes_maintenance/{name} state maint")

    def stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait()


def haproxy() -> list[str]:
    return haproxy_command() or sys.exit("no HAProxy: tests/lab/lab base bookworm")
