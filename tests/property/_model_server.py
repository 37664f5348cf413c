# SPDX-License-Identifier: GPL-3.0-or-later
"""One server of the small model of HAProxy: admin bits that followers inherit, a check that counts, settings, sessions.

``tests/integration/haproxy/test_the_model_is_true.py`` gives the same orders to this model and to real HAProxys.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Optional

RISE, FALL = 2, 3
FULL = RISE + FALL - 1
FORCED_MAINTENANCE, INHERITED_MAINTENANCE, FORCED_DRAIN, INHERITED_DRAIN = 0x01, 0x02, 0x08, 0x10
MAINTENANCE, DRAIN = 0x23, 0x18
CONFIGURED, ENABLED, PAUSED, AGENT = 0x02, 0x04, 0x08, 0x10


@dataclass(eq=False)
class ModelServer:
    """``well`` is what its checks would find, now and always; ``endless`` sessions end only when they are shut down.

    ``check`` and ``agent`` are the switches as HAProxy counts them; the agent never says anything.
    """

    admin: int
    well: bool
    checked: bool = True
    backup: bool = False
    follows: str = ""
    sessions: int = 0
    endless: bool = False
    check: int = -1
    agent: int = 0
    weight: int = 100
    initial_weight: int = 100
    address: str = "10.0.0.1"
    port: int = 8080
    maxconn: int = 0
    idle_connections: int = 0
    leader: Optional[ModelServer] = field(default=None, repr=False)
    followers: list[ModelServer] = field(default_factory=list, repr=False)
    health: int = 0
    up: bool = False

    def __post_init__(self) -> None:
        if self.check < 0:
            self.check = CONFIGURED | ENABLED if self.checked else 0
        if self.kept_out:
            self._pause()
        else:
            self.health = FULL if self.well and self.check else 0
            self.up = self.well or not self.check

    @classmethod
    def added(cls, place: str, parameters: list[str], well: bool) -> ModelServer:
        """Added to a running HAProxy: in maintenance, its checks off until they are enabled."""
        address, _colon, port = place.rpartition(":")
        values = dict(zip(parameters, parameters[1:]))
        weight = int(values.get("weight", 1))
        return cls(
            admin=FORCED_MAINTENANCE,
            well=well,
            checked="check" in parameters,
            backup="backup" in parameters,
            check=CONFIGURED if "check" in parameters else 0,
            weight=weight,
            initial_weight=weight,
            address=address,
            port=int(port),
            maxconn=int(values.get("maxconn", 0)),
        )

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        """What is not as usual: a failing example of hypothesis has dozens of servers."""
        usual = ModelServer(admin=0, well=True)
        unlike = {name: value for name, value in vars(self).items() if value != getattr(usual, name)}
        printer.text(
            ", ".join(f"{name}={value}" for name, value in unlike.items() if name not in ("leader", "followers"))
        )

    def follow(self, leader: ModelServer) -> None:
        """As if it had been configured so and everything else had happened since."""
        self.leader = leader
        leader.followers.append(self)
        if leader.kept_out:
            self._set(INHERITED_MAINTENANCE)
        elif leader.admin & DRAIN:
            self._set(INHERITED_DRAIN)
        self.up = leader.up and not self.kept_out

    @property
    def kept_out(self) -> bool:
        return bool(self.admin & MAINTENANCE)

    @property
    def ready(self) -> bool:
        return not self.admin & (MAINTENANCE | DRAIN)

    @property
    def serving(self) -> bool:
        return self.ready and self.up

    @property
    def checking(self) -> bool:
        return bool(self.check & ENABLED) and not self.check & PAUSED

    @property
    def standing(self) -> str:
        return "ready" if self.ready else "maintenance" if self.kept_out else "draining"

    @property
    def settings(self) -> tuple[int, str, int, int, int, int]:
        switches = self.check & ~PAUSED, self.agent
        return (self.weight, self.address, self.port, self.maxconn, *switches)

    def set_state(self, word: str) -> None:
        if word != "ready":
            self._set(FORCED_MAINTENANCE if word == "maint" else FORCED_DRAIN)
        if word != "maint":
            self._clear(FORCED_MAINTENANCE)
        if word != "drain":
            self._clear(FORCED_DRAIN)

    def health_down(self) -> None:
        self.health = 0
        self._stop()

    def set_weight(self, value: str) -> None:
        self.weight = min(256, self.initial_weight * int(value[:-1]) // 100) if value.endswith("%") else int(value)

    def pass_time(self) -> None:
        if self.checking and self.well:
            self.health = FULL if self.health + 1 >= RISE else self.health + 1
            if self.health == FULL:
                self._start()
        elif self.checking:
            self.health = self.health - 1 if self.health > RISE else 0
            if not self.health:
                self._stop()
        if not self.ready and self.sessions and not self.endless:
            self.sessions -= 1

    def _set(self, flag: int) -> None:
        before, kind = self.admin, MAINTENANCE if flag & MAINTENANCE else DRAIN
        self.admin |= flag
        if kind == MAINTENANCE and not before & MAINTENANCE:
            self._pause()
        if not before & kind:
            for follower in self.followers:
                follower._set(INHERITED_MAINTENANCE if kind == MAINTENANCE else INHERITED_DRAIN)

    def _clear(self, flag: int) -> None:
        before, kind = self.admin, MAINTENANCE if flag & MAINTENANCE else DRAIN
        self.admin &= ~flag
        if before & flag and kind == MAINTENANCE and not self.kept_out:
            self._leave_maintenance()
        if before & flag and not self.admin & kind:
            for follower in self.followers:
                follower._clear(INHERITED_MAINTENANCE if kind == MAINTENANCE else INHERITED_DRAIN)

    def _pause(self) -> None:
        self.up = False
        self.idle_connections = 0
        if self.check & ENABLED:
            self.check |= PAUSED
            self.health = 0

    def _leave_maintenance(self) -> None:
        """Up at once, before any check has run: the first of the facts that decide the design."""
        if self.check & ENABLED:
            self.check &= ~PAUSED
            self.health = RISE
        root = self
        while root.leader:
            root = root.leader
        self.up = not root.check & ENABLED or root.health >= RISE

    def _start(self) -> None:
        if not self.kept_out and not self.up:
            self.up = True
            for follower in self.followers:
                follower._start()

    def _stop(self) -> None:
        if not self.kept_out and self.up:
            self.up = False
            for follower in self.followers:
                follower._stop()
