# SPDX-License-Identifier: GPL-3.0-or-later
"""The drain agent of this member: what it is told, and what it says of itself. Private to hybrid.rollout."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput, EndpointFailed

Run = Callable[[list[str]], tuple[int, str, str]]
SERVICE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*\Z")


@dataclass(frozen=True)
class Status:
    """``change`` counts what was wanted so far; ``read`` is the last one of them that a reader has read."""

    wanted: str
    change: int
    readers: Mapping[str, Mapping[str, Any]]

    def late(self, expected: list[str]) -> list[str]:
        """Expected readers, by name or address, that have not read the last change."""
        heard = {
            who
            for name, reader in self.readers.items()
            if reader["read"] == self.change
            for who in (name, reader["address"])
        }
        return [who for who in expected if who not in heard]


class Agent:
    """``run`` runs a command on the member and returns its exit code and what it printed."""

    def __init__(self, program: str, service: str, run: Run) -> None:
        if not SERVICE.match(service):
            raise BadInput(f"service is {service!r}: letters, digits and - _ . are allowed")
        self._command = [program, "--service", service]
        self._run = run

    def tell(self, what: str) -> Status:
        """``drain``, ``ready``, or ``status`` to change nothing."""
        command = [*self._command, what]
        code, said, complained = self._run(command)
        try:
            if code:
                raise ValueError(f"it ended with {code}")
            status = json.loads(said)
            return Status(status["wanted"], int(status["change"]), status["readers"])
        except (ValueError, KeyError, TypeError) as error:
            raise EndpointFailed(
                f"the drain agent could not be told '{what}': {error}: {(complained or said).strip()[-500:]}. Is it "
                "installed on this host (role hybrid.rollout.drain_agent)?",
                command=" ".join(command),
                reply=(complained or said).strip()[-500:],
            ) from error
