# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask a program: its return code and what it prints. Never a shell. Private to hybrid.rollout."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._health.observation import Observation, Target, unasked
from ansible_collections.hybrid.rollout.plugins.module_utils._health.trust import Trust

LONGEST_OUTPUT = 1024 * 1024
EXCERPT = 300

SPEC: dict[str, Any] = {
    "type": "dict",
    "options": {
        "argv": {"type": "list", "elements": "str", "required": True},
        "rc": {"type": "list", "elements": "int", "default": [0]},
        "stdout_contains": {"type": "str"},
        "chdir": {"type": "path"},
    },
}


@dataclass(frozen=True)
class Settings:
    argv: tuple[str, ...]
    rc: tuple[int, ...]
    stdout_contains: Optional[str]
    chdir: Optional[str]

    @property
    def asked(self) -> str:
        return " ".join(map(shlex.quote, self.argv))


def read(target: str, given: Mapping[str, Any]) -> Settings:
    """The options as values; BadInput names what cannot be meant."""
    argv = tuple(given["argv"])
    if not argv or not argv[0]:
        raise BadInput(
            f"Target {target} has a command without a program. Write argv as a list, such as [/usr/bin/true]."
        )
    if any("\0" in word for word in argv):
        raise BadInput(f"Target {target} has a command with a zero byte in it, which no program can be given.")
    rc = given.get("rc")
    if rc is not None and not rc:
        raise BadInput(f"Target {target} accepts no return code, so it could never pass. Name one in rc.")
    return Settings(argv, tuple(rc or (0,)), given.get("stdout_contains"), given.get("chdir"))


def ask(target: Target, timeout_seconds: float, trust: Trust, clock: Clock) -> Observation:
    settings: Settings = target.settings
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as complaints:
        try:
            process = subprocess.Popen(
                settings.argv,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=complaints,
                cwd=settings.chdir,
                start_new_session=True,
            )
        except OSError as error:
            return unasked(f"{settings.argv[0]} could not be started: {error}")
        try:
            rc = process.wait(timeout_seconds)
        except subprocess.TimeoutExpired:
            words = f"no end within {timeout_seconds:g} s"
            return Observation(judged=True, error=words, reason=words)
        finally:
            _end(process)
        return _judged(settings, rc, _text(out), _text(complaints))


def _end(process: subprocess.Popen[bytes]) -> None:
    """Neither a program that takes too long nor what it has started outlives the question."""
    if process.poll() is not None:
        return
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except PermissionError:  # it has become another user
        return
    process.wait()


def _judged(settings: Settings, rc: int, said: str, complained: str) -> Observation:
    reason = None
    if rc not in settings.rc:
        reason = (
            f"return code {rc}, expected {' or '.join(map(str, settings.rc))}: {(complained or said)[:EXCERPT].strip()}"
        )
    elif settings.stdout_contains is not None and settings.stdout_contains not in said:
        reason = f"the output does not contain {settings.stdout_contains!r}: {said[:EXCERPT].strip()}"
    return Observation(judged=True, reason=reason, body=said, value={"rc": rc})


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read(LONGEST_OUTPUT).decode("utf-8", "replace")
