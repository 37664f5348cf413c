# SPDX-License-Identifier: GPL-3.0-or-later
"""One modelled host: its drives, services, IIS and scheduled tasks, and the faults that are switched on. Not Windows."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..faults import Faults
from . import processes
from .files import Files
from .iis import Iis
from .paths import Drives
from .scheduled_tasks import ScheduledTasks
from .services import Services

FOLDERS = (r"C:\Windows\System32", r"C:\Windows\Temp", r"C:\Program Files", r"C:\ProgramData")
USER_FOLDER = r"C:\Users\deploy\AppData\Local\Temp"


@dataclass
class Host:
    name: str
    address: str
    root: Path
    dotnet: Sequence[str] = ()
    """The command that runs a .NET assembly, for example Mono's."""
    faults: set[str] = field(default_factory=Faults)
    environment: dict[str, str] = field(init=False)
    boot_time: float = field(default_factory=time.time)
    drives: Drives = field(init=False)
    files: Files = field(init=False)
    services: Services = field(init=False)
    iis: Iis = field(init=False)
    tasks: ScheduledTasks = field(default_factory=ScheduledTasks)

    def __post_init__(self) -> None:
        self.root = self.root.resolve()
        self.environment = _environment(self.name)
        self.drives = Drives(self.root, self.environment)
        self.files = Files(self.drives, self.faults, lambda: self.services.images() | self.iis.images())
        self.services = Services(self._start_program, self.faults)
        self.iis = Iis(self._start_program)
        for folder in (*FOLDERS, USER_FOLDER):
            self.drives.real(folder).mkdir(parents=True, exist_ok=True)

    def close(self) -> None:
        self.services.kill_all()
        self.iis.kill_all()

    def _start_program(
        self, image: str, arguments: Sequence[str], name: str, environment: Mapping[str, str] | None = None
    ) -> processes.Running:
        ours = {"WINHOST_NAME": self.name, "WINHOST_ADDRESS": self.address, **(environment or {})}
        return processes.start(self.drives.real(image), arguments, self.dotnet, ours, self.root / f"{name}.log")


def _environment(name: str) -> dict[str, str]:
    return {
        "SystemRoot": r"C:\Windows",
        "SystemDrive": "C:",
        "windir": r"C:\Windows",
        "ComSpec": r"C:\Windows\System32\cmd.exe",
        "TEMP": USER_FOLDER,
        "TMP": USER_FOLDER,
        "USERPROFILE": r"C:\Users\deploy",
        "LOCALAPPDATA": r"C:\Users\deploy\AppData\Local",
        "APPDATA": r"C:\Users\deploy\AppData\Roaming",
        "ProgramFiles": r"C:\Program Files",
        "ProgramData": r"C:\ProgramData",
        "COMPUTERNAME": name.upper(),
    }
