# SPDX-License-Identifier: GPL-3.0-or-later
"""HAProxy processes of a test, from the lab's base tree of a Debian suite. Without a base tree of bookworm: the one on PATH."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Optional, Protocol

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.endpoint import read_endpoint
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.transport import Access, Transport
from ansible_collections.hybrid.rollout.tests.integration._ports import free_port
from ansible_collections.hybrid.rollout.tests.integration.haproxy._clock import REAL_CLOCK

USUAL_SUITE = "bookworm"
CONFIG = """
global
  stats socket {home}/admin.sock mode 600 level admin
  stats socket {home}/operator.sock mode 600 level operator
  server-state-file {home}/state
  maxconn 300
defaults
  mode http
  timeout connect 2s
  timeout client 60s
  timeout server 60s
  retries 3
  option redispatch 1
  default-server inter 300ms fastinter 100ms rise 2 fall 3 weight 100
frontend online
  bind 127.0.0.1:{online}
  default_backend quotes
frontend testers
  bind 127.0.0.1:{testers}
  default_backend quotes_maintenance
backend quotes
  {state}
  option httpchk GET /health
  http-check expect status 200
{online_servers}
backend quotes_maintenance
  {state}
  option httpchk GET /health
  http-check expect status 200
{testers_servers}
backend unchecked
{unchecked_servers}
backend followers
{followers}
"""
DOOR = """
listen runtime_api
  mode tcp
  bind 127.0.0.1:{door} ssl crt {pem} ca-file {ca} verify required
  server local unix@{home}/admin.sock
"""


def suites() -> list[str]:
    """Debian suites whose HAProxy is tested, as HAPROXY_SUITES names them."""
    return os.environ.get("HAPROXY_SUITES", USUAL_SUITE).split() or [USUAL_SUITE]


def haproxy_command(suite: str = USUAL_SUITE) -> Optional[list[str]]:
    cache = Path(os.environ.get("HYBRID_ROLLOUT_CACHE", "~/.cache/hybrid.rollout")).expanduser()
    base = cache / "lab/base" / suite
    if (base / "usr/sbin/haproxy").exists():
        libraries = str(base / "usr/lib/x86_64-linux-gnu")
        loader = str(base / "usr/lib64/ld-linux-x86-64.so.2")
        return [loader, "--library-path", libraries, str(base / "usr/sbin/haproxy")]
    found = shutil.which("haproxy") if suite == USUAL_SUITE else None
    return [found] if found else None


def haproxy_command_or_skip(suite: str) -> list[str]:
    command = haproxy_command(suite)
    if command is None:
        pytest.skip(f"no HAProxy of {suite}: `tests/lab/lab base {suite}` (as root) makes its tree")
    return command


def version_of(command: Sequence[str]) -> str:
    """Such as 2.6.12-1+deb12u4, from the first line of ``haproxy -v``."""
    said = subprocess.run([*command, "-v"], capture_output=True, text=True, check=True).stdout
    return said.split()[2]


def until(true: Callable[[], object], what: str, seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"waited {seconds} s in vain: {what}"
        time.sleep(0.02)


class Server(Protocol):
    """A process behind the load balancers."""

    @property
    def name(self) -> str: ...

    @property
    def port(self) -> int: ...


class HAProxy:
    """One process and its successors; ``door`` is its TLS door's port if it was given a certificate."""

    def __init__(
        self,
        name: str,
        home: Path,
        apps: Sequence[Server],
        pem: Optional[Path] = None,
        ca: Optional[Path] = None,
        command: Optional[Sequence[str]] = None,
    ) -> None:
        self.name, self.home, self.apps = name, home, apps
        self.command = command or haproxy_command() or ["haproxy"]
        self.online, self.testers, self.door = free_port(), free_port(), free_port()
        self._pem, self._ca = pem, ca
        self._processes: list[subprocess.Popen[bytes]] = []
        home.mkdir()

    @property
    def socket_url(self) -> str:
        return f"unix://{self.home}/admin.sock"

    @property
    def url(self) -> str:
        return f"tls://127.0.0.1:{self.door}" if self._pem else self.socket_url

    def start(self, keep_state: bool = True, *arguments: str) -> None:
        config = self.home / "haproxy.cfg"
        config.write_text(self._config(keep_state), encoding="utf-8")
        command = [*self.command, "-f", str(config), "-db", *arguments]
        with (self.home / "log").open("ab") as log:
            self._processes.append(subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True))
        pid = self._processes[-1].pid
        until(lambda: f"Pid: {pid}\n" in self.try_to_ask("show info"), f"{self.name} answers; {self.home}/log")
        until(self.all_checked, f"{self.name} has checked its servers")

    def all_checked(self) -> bool:
        stat = self.ask("show stat quotes 4 -1") + self.ask("show stat quotes_maintenance 4 -1")
        return "INI" not in stat and ",UP 1/3," not in stat

    def reload(self, keep_state: bool) -> None:
        """As systemd does it: the new process listens, the old one finishes what it has."""
        if keep_state:
            (self.home / "state").write_text(self.ask("show servers state"), encoding="ascii")
        self.start(keep_state, "-sf", str(self._processes[-1].pid))

    def freeze(self) -> None:
        """It keeps its sockets and answers nobody, until it is thawed or killed."""
        self._processes[-1].send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._processes[-1].send_signal(signal.SIGCONT)

    def kill(self) -> None:
        for process in self._processes:
            process.kill()
            process.wait()

    def ask(self, line: str, socket_name: str = "admin") -> str:
        transport = Transport(Access(), REAL_CLOCK, tls_wanted=False)
        return transport.exchange(read_endpoint(f"unix://{self.home}/{socket_name}.sock"), line)

    def try_to_ask(self, line: str) -> str:
        try:
            return self.ask(line)
        except Exception:
            return ""

    def standing(self, server: str) -> str:
        """Operation and admin bits of a server in both pools, as HAProxy prints them."""
        rows = [line.split() for line in self.ask("show servers state").splitlines() if f" {server} " in line]
        return " ".join(f"{row[1]}:{row[5]}/{int(row[6]) & 0x3B}" for row in rows if row[1].startswith("quotes"))

    def _config(self, keep_state: bool) -> str:
        def servers(extra: str) -> str:
            return "\n".join(f"  server {app.name} 127.0.0.1:{app.port} {extra}" for app in self.apps)

        text = CONFIG.format(
            home=self.home,
            online=self.online,
            testers=self.testers,
            state="load-server-state-from-file global" if keep_state else "",
            online_servers=servers("check"),
            testers_servers=servers("check disabled"),
            unchecked_servers=servers(""),
            followers="\n".join(
                f"  server {app.name} 127.0.0.1:{app.port} track quotes/{app.name}" for app in self.apps
            ),
        )
        return text + (DOOR.format(home=self.home, door=self.door, pem=self._pem, ca=self._ca) if self._pem else "")
