# SPDX-License-Identifier: GPL-3.0-or-later
"""A restart of the host: every process ends, the boot time changes, automatic services and sites come back."""

from __future__ import annotations

import time
from contextlib import suppress

from .host import Host
from .win32 import Win32Error


def go_down(host: Host) -> None:
    host.services.kill_all()
    host.iis.kill_all()


def come_up(host: Host) -> None:
    host.boot_time = time.time()
    for service in list(host.services.installed.values()):
        if service.start_mode in ("auto", "delayed"):
            with suppress(Win32Error):
                host.services.start(service)
    host.iis.settle()
