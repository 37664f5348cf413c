# SPDX-License-Identifier: GPL-3.0-or-later
"""What the wire and the engine need of a host; the models need more of it."""

from __future__ import annotations

from collections.abc import MutableMapping
from pathlib import Path
from typing import Protocol


class ModelledDrives(Protocol):
    def expanded(self, path: str) -> str:
        """%NAME% replaced by the environment's value."""

    def real(self, path: str) -> Path:
        """Where a Windows path is on this machine, whatever its case."""


class ModelledHost(Protocol):
    name: str
    address: str
    boot_time: float

    @property
    def faults(self) -> set[str]: ...

    @property
    def environment(self) -> MutableMapping[str, str]: ...

    @property
    def drives(self) -> ModelledDrives: ...

    def close(self) -> None:
        """Everything that runs on it ends."""
