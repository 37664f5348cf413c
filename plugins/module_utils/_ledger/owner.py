# SPDX-License-Identifier: GPL-3.0-or-later
"""Who runs a rollout, and whether that process is still there. Private to hybrid.rollout."""

from __future__ import annotations

import getpass
import os
import socket
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Optional


@dataclass(frozen=True)
class Owner:
    """A controlling process. ``started`` tells it from a later process with the same ``pid`` (None where /proc is not there),
    ``place`` tells two machines or containers of one name from each other."""

    host: str
    pid: int
    started: Optional[str]
    user: str
    place: Optional[str] = None

    @classmethod
    def of_process(cls, pid: int) -> Owner:
        return cls(socket.gethostname(), pid, _start_time(pid), _user_name(), _place())

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Owner:
        return cls(**values)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def is_alive(self) -> Optional[bool]:
        """True or False for a process of this host, None for one elsewhere: it cannot be asked from here."""
        if self.host != socket.gethostname() or self.place not in (None, _place()):
            return None
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            pass
        return self.started == _start_time(self.pid)

    def who(self) -> str:
        return f"{self.user}@{self.host}"

    def __str__(self) -> str:
        return f"{self.who()} (process {self.pid})"


def _user_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def _start_time(pid: int) -> Optional[str]:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return stat.rpartition(")")[2].split()[19]


def _place() -> Optional[str]:
    """The machine and the process numbers that are seen from here, where Linux tells them."""
    try:
        machine = Path("/etc/machine-id").read_text(encoding="ascii").strip()
        return f"{machine} {os.stat('/proc/self/ns/pid').st_ino}"
    except (OSError, ValueError):
        return None
