# SPDX-License-Identifier: GPL-3.0-or-later
"""What HAProxy says about itself, as values. Private to hybrid.rollout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, IntFlag
from typing import NamedTuple, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._errors import EndpointFailed


class Admin(IntFlag):
    """Why a server is kept out, bit by bit as in ``srv_admin_state``."""

    FORCED_MAINTENANCE = 0x01
    INHERITED_MAINTENANCE = 0x02
    CONFIGURED_MAINTENANCE = 0x04
    FORCED_DRAIN = 0x08
    INHERITED_DRAIN = 0x10
    UNRESOLVED_MAINTENANCE = 0x20
    ADDRESS_CHANGED = 0x40

    def words(self) -> list[str]:
        return [flag.name.lower() for flag in Admin if flag & self and flag.name]


# What went wrong with a server since its process began, by the names of HAProxy's statistics.
TROUBLES = ("hrsp_5xx", "econ", "eresp", "wretr", "wredis")


class Operation(IntEnum):
    """What the checks think of a server, as in ``srv_op_state``."""

    STOPPED = 0
    STARTING = 1
    RUNNING = 2
    STOPPING = 3


MAINTENANCE = Admin.FORCED_MAINTENANCE | Admin.INHERITED_MAINTENANCE | Admin.UNRESOLVED_MAINTENANCE
DRAIN = Admin.FORCED_DRAIN | Admin.INHERITED_DRAIN
INHERITED = Admin.INHERITED_MAINTENANCE | Admin.INHERITED_DRAIN | Admin.UNRESOLVED_MAINTENANCE
CHECK_CONFIGURED, CHECK_ENABLED, CHECK_PAUSED = 0x02, 0x04, 0x08


class Epoch(NamedTuple):
    """Tells one HAProxy process from the one that replaced it."""

    pid: int
    start_time: int


@dataclass(frozen=True)
class Process:
    epoch: Epoch
    version: str


@dataclass(frozen=True)
class Check:
    """A server's health check: ``health`` counts up to ``rise + fall - 1``, where the server is fully up."""

    state: int = 0
    rise: int = 0
    fall: int = 0
    health: int = 0
    status: str = ""
    said: str = ""

    @property
    def configured(self) -> bool:
        return self.state & (CHECK_CONFIGURED | CHECK_ENABLED) == CHECK_CONFIGURED | CHECK_ENABLED

    @property
    def paused(self) -> bool:
        return bool(self.state & CHECK_PAUSED)

    @property
    def passed(self) -> bool:
        """Checks run, and all that count for being fully up have passed."""
        return self.configured and not self.paused and self.rise > 0 and self.health == self.rise + self.fall - 1

    def words(self) -> str:
        if not self.configured:
            return "no check"
        paused = "; the check is paused, 'enable health' lets it run" if self.paused else ""
        return f"{self.status or 'no check yet'} {self.said}".strip() + paused


@dataclass(frozen=True)
class Settings:
    """What can be set on a server beside its state. ``maxconn`` 0 is no limit of its own, ``fqdn`` empty is nothing to resolve."""

    weight: int = 1
    initial_weight: int = 1
    address: str = ""
    port: int = 0
    maxconn: int = 0
    agent_state: int = 0
    connections: int = 0
    fqdn: str = ""

    @property
    def agent(self) -> str:
        if not self.agent_state & CHECK_CONFIGURED:
            return "none"
        return "enabled" if self.agent_state & CHECK_ENABLED else "disabled"


@dataclass(frozen=True)
class Server:
    """One server line of one pool on one endpoint."""

    name: str
    admin: Admin
    operation: Operation
    status: str
    sessions: int
    queued: int
    check: Check
    backup: bool = False
    tracked: str = ""
    settings: Settings = Settings()
    counts: Mapping[str, int] = field(default_factory=dict, compare=False)

    @property
    def health(self) -> str:
        """The switch of its health check: enabled, disabled, or none where there is no check."""
        if not self.check.state & CHECK_CONFIGURED:
            return "none"
        return "enabled" if self.check.configured else "disabled"

    @property
    def ready(self) -> bool:
        """Nothing keeps it out of the pool; whether its checks pass is another question."""
        return not self.admin & (MAINTENANCE | DRAIN)

    @property
    def forced_out(self) -> bool:
        return bool(self.admin & Admin.FORCED_MAINTENANCE)

    @property
    def draining(self) -> bool:
        return bool(self.admin & DRAIN) and not self.admin & MAINTENANCE

    @property
    def stopping(self) -> bool:
        """It takes itself out: it answers its check with 404, and only customers with a cookie are still sent there."""
        return self.ready and self.operation is Operation.STOPPING

    @property
    def up(self) -> bool:
        return self.operation in (Operation.STARTING, Operation.RUNNING)

    @property
    def serving(self) -> bool:
        return self.ready and self.up

    @property
    def takes_customers(self) -> bool:
        """It serves, and new customers are sent there: a server of weight 0 gets none."""
        return self.serving and self.settings.weight > 0

    @property
    def idle(self) -> bool:
        return self.sessions == 0 and self.queued == 0

    def standing(self) -> str:
        """Its admin state in one operator's word."""
        if self.admin & MAINTENANCE:
            return "maintenance"
        return "draining" if self.draining else "ready"


class ServerKey(NamedTuple):
    """Names one server of one pool on one endpoint."""

    endpoint: str
    pool: str
    server: str

    def __str__(self) -> str:
        return f"{self.endpoint}: {self.pool}/{self.server}"


@dataclass(frozen=True)
class Snapshot:
    """What one endpoint said at one moment: its process, its socket's level, and the servers of the pools."""

    endpoint: str
    url: str
    process: Process
    level: str
    pools: Mapping[str, Mapping[str, Server]]

    def server(self, key: ServerKey) -> Server:
        found = self.find(key.pool, key.server)
        if found is None:
            raise EndpointFailed(
                f"{key} is gone: HAProxy {self.endpoint} (pid {self.process.epoch.pid}) no longer has it. Was its "
                "configuration changed meanwhile?",
                endpoint=self.endpoint,
            )
        return found

    def find(self, pool: Optional[str], server: str) -> Optional[Server]:
        return self.pools.get(pool or "", {}).get(server)
