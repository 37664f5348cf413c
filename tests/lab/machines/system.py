# SPDX-License-Identifier: GPL-3.0-or-later
"""The machine's own commands, and the one exception that a user of the lab reads."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable

PACKAGES = {
    "debootstrap": "debootstrap",
    "ip": "iproute2",
    "nsenter": "util-linux",
    "setpriv": "util-linux",
    "ssh": "openssh-client",
    "ssh-keygen": "openssh-client",
    "systemctl": "systemd",
    "systemd-nspawn": "systemd-container",
    "unshare": "util-linux",
}


class LabError(Exception):
    """The lab cannot do what it was asked; the text says why and what to try."""


def run(*command: str) -> str:
    """What the command printed; LabError with its own words if it failed."""
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise LabError(f"No command '{command[0]}' on this machine.") from error
    if done.returncode:
        raise LabError(f"'{' '.join(command)}' ended with {done.returncode}: {(done.stderr or done.stdout).strip()}")
    return done.stdout


def demand_root() -> None:
    if os.geteuid():
        raise LabError(
            "The lab makes network namespaces and mounts, so it needs root. Run it as root, or with sudo -E."
        )


def demand_tools() -> None:
    missing = sorted({package for tool, package in PACKAGES.items() if not shutil.which(tool)})
    if missing:
        install = f"apt-get install -y --no-install-recommends {' '.join(missing)}"
        raise LabError(f"The lab needs {', '.join(missing)}. Try: {install}")


def wait_until(holds: Callable[[], bool], seconds: float) -> bool:
    """Whether it came to hold within the time."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
