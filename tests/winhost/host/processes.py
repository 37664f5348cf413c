# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs of the host as processes of this machine: a script that begins with #!, or a .NET assembly."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .win32 import Win32Error


@dataclass
class Running:
    image: Path
    process: subprocess.Popen[bytes]

    @property
    def exit_code(self) -> int | None:
        return self.process.poll()

    def ended_within(self, seconds: float) -> bool:
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def ask_to_stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def start(
    image: Path, arguments: Sequence[str], dotnet: Sequence[str], environment: Mapping[str, str], log: Path
) -> Running:
    if not image.is_file():
        raise Win32Error(2)
    image = image.resolve()
    with image.open("rb") as program:
        first = program.read(2)
    if first == b"#!":
        image.chmod(0o755)
        command = [str(image)]
    elif first == b"MZ" and dotnet:
        command = [*dotnet, str(image)]
    else:
        raise Win32Error(193)
    with log.open("ab") as output:
        process = subprocess.Popen(
            [*command, *arguments],
            cwd=image.parent,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Running(image, process)


def split_command_line(line: str) -> list[str]:
    """Words as a program receives them: quotes hold a word together and fall away."""
    return [quoted or plain for quoted, plain in re.findall(r'"([^"]*)"|([^\s"]+)', line)]
