# SPDX-License-Identifier: GPL-3.0-or-later
"""The host model as a whole: the wire, the argument specs and the module models, put together for a test."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from .argument_spec import check, script_spec
from .engine import Engine
from .fleet import Fleet, windows_fleet
from .host import reboot
from .host.host import Host
from .models.table import MODELS
from .wire import core_scripts, reboot_texts, shell_texts
from .wire.restarts import Restarts


def engine() -> Engine:
    restarts = Restarts(reboot.go_down, reboot.come_up)
    texts = [*shell_texts.installed(), *reboot_texts.installed(restarts)]
    return Engine(script_spec.read, check.checked, check.ArgumentError, MODELS.get, core_scripts.installed(), texts)


@contextmanager
def modelled_fleet(
    names: Sequence[str],
    folder: Path,
    dotnet: Sequence[str] = (),
    transport: str = "basic",
    connection: str = "winrm",
    lab_addresses: Collection[str] = (),
    port: int = 0,
) -> Iterator[Fleet]:
    """``dotnet`` is the command that runs .NET assemblies; the others are those of ``windows_fleet``."""
    host_of = partial(Host, dotnet=dotnet)
    with windows_fleet(names, folder, engine(), host_of, transport, connection, lab_addresses, port) as fleet:
        yield fleet
