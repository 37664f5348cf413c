# SPDX-License-Identifier: GPL-3.0-or-later
"""How a command on the host ended, as a shell tells it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape


@dataclass(frozen=True)
class Outcome:
    verdict: str  # ok, failed, refused, bad arguments, skipped, started: never text that a caller sent
    exit_code: int
    stdout: str = ""
    stderr: str = ""


def printed(text: str) -> Outcome:
    return Outcome("ok", 0, f"{text}\r\n")


def result(verdict: str, values: Mapping[str, Any]) -> Outcome:
    """What a module prints."""
    return Outcome(verdict, 1 if values.get("failed") else 0, json.dumps(values) + "\r\n")


def failed(message: str) -> Outcome:
    return Outcome("failed", 1, "", _error_record(message))


def refused(message: str) -> Outcome:
    return Outcome("refused", 1, "", _error_record(f"winhost: {message}"))


def _error_record(message: str) -> str:
    """PowerShell writes errors as CLIXML when its output is no console."""
    return (
        '#< CLIXML\r\n<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">'
        f'<S S="Error">{escape(message)}_x000D__x000A_</S></Objs>'
    )
