# SPDX-License-Identifier: GPL-3.0-or-later
"""Each systemd watches files; the kernel's default allowance for them ends at a few dozen machines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

LIMITS = Path("/proc/sys/fs/inotify")
WANTED = {"max_user_instances": 8192, "max_user_watches": 524288}


def make_room(say: Callable[[str], None], limits: Path = LIMITS) -> None:
    for name, wanted in WANTED.items():
        file = limits / name
        allowed = int(file.read_text())
        if allowed < wanted:
            file.write_text(str(wanted))
            say(f"fs.inotify.{name}: raised from {allowed} to {wanted} (until this machine restarts)")
