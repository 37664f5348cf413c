# SPDX-License-Identifier: GPL-3.0-or-later
"""A systemd unit: its state and its restart. Private to hybrid.rollout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import NotFound, RolloutError

# Takes a command as a list, gives its return code, output and error output.
Runner = Callable[[list[str]], tuple[int, str, str]]


class UnitFailed(RolloutError):
    """systemd could not be asked, or could not start the unit."""

    code = "unit_failed"


@dataclass(frozen=True)
class Unit:
    name: str
    runner: Runner

    def is_active(self) -> bool:
        """Whether it runs; NotFound where systemd cannot load it, so that nothing is switched for nothing."""
        command = ["systemctl", "show", self.name, "--property=LoadState,ActiveState"]
        code, output, errors = self.runner(command)
        state = dict(line.split("=", 1) for line in output.splitlines() if "=" in line)
        if code != 0 or "LoadState" not in state:
            raise self._failed(f"systemd could not be asked about {self.name}", command, (errors or output).strip())
        if state["LoadState"] != "loaded":
            raise NotFound(
                f"systemd has no unit {self.name} that it could start: its load state is {state['LoadState']}. "
                "Nothing was switched. Install or unmask the unit, or correct the option unit.",
                endpoint=self.name,
                command=" ".join(command),
                reply=state["LoadState"],
            )
        return state.get("ActiveState") == "active"

    def restart(self) -> None:
        """Also where systemd has given up: a release that crashed must not keep the one before from starting."""
        self.runner(["systemctl", "reset-failed", self.name])
        command = ["systemctl", "restart", self.name]
        code, output, errors = self.runner(command)
        if code != 0:
            raise self._failed(f"{self.name} did not start", command, (errors or output).strip(), self._last_words())

    def _last_words(self) -> str:
        for command in (
            ["journalctl", "--unit", self.name, "--lines=20", "--no-pager", "--output=cat"],
            ["systemctl", "status", self.name, "--no-pager", "--full", "--lines=20"],
        ):
            _code, output, _errors = self.runner(command)
            if output.strip():
                return output.strip()
        return ""

    def _failed(self, what: str, command: list[str], reply: str, last_words: str = "") -> UnitFailed:
        said = f" Its last words: {last_words}" if last_words else ""
        return UnitFailed(
            f"{what}: {' '.join(command)} said: {reply}.{said}",
            endpoint=self.name,
            command=" ".join(command),
            reply="\n".join(filter(None, [reply, last_words])),
        )
