# SPDX-License-Identifier: GPL-3.0-or-later
"""What runs on this machine out of a folder of the lab, such as the modelled Windows members and the service on them."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

from . import census
from .system import LabError, wait_until

SECONDS_TO_STOP = 10.0


def end(folder: Path) -> None:
    """Ask all to end, and kill those that do not."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in census.out_of(folder):
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        if wait_until(lambda: not census.out_of(folder), SECONDS_TO_STOP):
            return
    raise LabError(f"Processes {census.out_of(folder)} out of {folder} do not end.")
