# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that HAProxy does not have yet: its line, and what it will be. Pure. Private to hybrid.rollout."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import BadInput
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import (
    CHECK_CONFIGURED,
    CHECK_ENABLED,
    Admin,
    Check,
    Operation,
    Server,
    Settings,
)

PARAMETERS = re.compile(r"[A-Za-z0-9_:.,/@%=+(){}\[\] -]+")
OWNED = {
    "track": "a server that follows another one has no state of its own",
    "disabled": "a new server is in maintenance until state says otherwise",
    "enabled": "a new server is in maintenance until state says otherwise",
    "maxconn": "give maxconn as an option of the task",
}


@dataclass(frozen=True)
class Creation:
    """What a new server gets. ``parameters`` are the words that follow the address in HAProxy's server line; a ``weight`` of None is
    that which the others of its pool began with, if it is one and the same, or HAProxy's 1."""

    address: str
    port: int
    maxconn: int = 0
    weight: Optional[int] = None
    parameters: Sequence[str] = ()

    def newborn(self, name: str, neighbours: Iterable[Server]) -> Server:
        """What HAProxy will say of it: in maintenance, with its checks enabled."""
        weight = self._weight(neighbours)
        return Server(
            name=name,
            admin=Admin.FORCED_MAINTENANCE,
            operation=Operation.STOPPED,
            status="not there yet",
            sessions=0,
            queued=0,
            check=Check(state=self._switch("check")),
            backup="backup" in self.parameters,
            settings=Settings(
                weight=weight,
                initial_weight=weight,
                address=self.address,
                port=self.port,
                maxconn=self.maxconn,
                agent_state=self._switch("agent-check"),
            ),
        )

    def line(self, server: Server) -> str:
        """The server line, from the address on."""
        words = [f"{f'[{self.address}]' if ':' in self.address else self.address}:{self.port}", *self.parameters]
        if "weight" not in self.parameters:
            words += ["weight", str(server.settings.initial_weight)]
        return " ".join(words + (["maxconn", str(self.maxconn)] if self.maxconn else []))

    def _weight(self, neighbours: Iterable[Server]) -> int:
        if "weight" in self.parameters:
            return int(self.parameters[self.parameters.index("weight") + 1])
        usual = {neighbour.settings.initial_weight for neighbour in neighbours}
        return self.weight if self.weight is not None else usual.pop() if len(usual) == 1 else 1

    def _switch(self, parameter: str) -> int:
        return CHECK_CONFIGURED | CHECK_ENABLED if parameter in self.parameters else 0


def read_parameters(texts: Iterable[str]) -> Sequence[str]:
    for text in texts:
        if not PARAMETERS.fullmatch(text):
            raise BadInput(
                f"create: parameter {text!r} has a character that does not belong into a server line: letters, digits, "
                "spaces and _ : . , / @ % = + ( ) { } [ ] - are allowed"
            )
    words = " ".join(texts).split()
    for word, value in zip(words, [*words[1:], ""]):
        if word in OWNED:
            raise BadInput(f"create: parameter {word} is not for here: {OWNED[word]}")
        if word == "weight" and not (value.isdigit() and int(value) <= 256):
            raise BadInput(f"create: parameter weight is followed by {value!r}: it has to be 0 to 256")
    return words
