# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers of a real HAProxy 2.6, and a stand-in for what no real one can be made to say on cue."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.client import Client
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.endpoint import Endpoint
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.estate import Estate
from ansible_collections.hybrid.rollout.plugins.module_utils._haproxy.model import Snapshot

FIXTURES = Path(__file__).parents[4] / "fixtures/haproxy/2.6"
LB1 = Endpoint("lb1", "unix:///lb1", "unix", path="/lb1")
STATE_HEADER = "# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_check_state"
STAT_HEADER = "# pxname,svname,type,qcur,scur,status,bck,tracked,check_status,check_desc,last_chk,check_rise,check_fall,check_health"


def recorded(name: str) -> str:
    return (FIXTURES / f"{name}.txt").read_text(encoding="ascii")


def recorded_snapshot(name: str, *pools: str) -> Snapshot:
    return Client(LB1, lambda _endpoint, _line: recorded(name)).read(pools or ("quotes", "quotes_maintenance"))


class StandIn:
    """Answers like an HAProxy with one pool ``quotes``. Tests set its attributes, and react to a line in ``before``."""

    def __init__(self, *servers: str) -> None:
        self.admin = dict.fromkeys(servers, 0)
        self.health = dict.fromkeys(servers, 4)
        self.sessions = dict.fromkeys(servers, 0)
        self.check_state = 6
        self.pid = 100
        self.told: list[str] = []
        self.before: Callable[[str], None] = lambda _line: None
        self.broken: dict[str, str] = {}

    def exchange(self, _endpoint: Endpoint, line: str) -> str:
        self.before(line)
        for part, answer in self.broken.items():
            if part in line:
                return answer
        for command in line.split(";"):
            words = command.split()
            if words[0] == "set":
                self.told.append(command)
                self._set(words[2].partition("/")[2], words[3], words[4])
        return self._read() if line.startswith("show") else "\n\nadmin\n\n"

    def _set(self, server: str, what: str, value: str) -> None:
        if what == "health":
            self.health[server] = 0
        else:
            if value == "ready" and self.admin[server] & 1:
                self.health[server] = 2
            self.admin[server] = {"ready": 0, "drain": 8, "maint": 1}[value]

    def _read(self) -> str:
        states, counters = ["1", STATE_HEADER], [STAT_HEADER, "quotes,BACKEND,1,0,0,UP,0,,,,,,,"]
        for server, admin in self.admin.items():
            up = self.health[server] >= 2 and not admin & 1
            states.append(f"4 quotes 1 {server} 10.0.0.1 {2 if up else 0} {admin} {self.check_state | 8 * (admin & 1)}")
            status = "MAINT" if admin & 1 else "DRAIN" if admin & 8 and up else "UP" if up else "DOWN"
            check = f"L7OK,Layer7 check passed,,2,3,{self.health[server]}"
            counters.append(f"quotes,{server},2,0,{self.sessions[server]},{status},0,,{check}")
        info = ["Name: HAProxy", "Version: 2.6.12", f"Pid: {self.pid}", "Start_time_sec: 1"]
        return "\n\n".join("\n".join(part) for part in (states, counters, info, ["admin"])) + "\n\n"


class FakeClock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.seconds = 0.0

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.seconds, self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.seconds += seconds


@pytest.fixture
def time() -> FakeClock:
    return FakeClock()


def estate_of(**standins: StandIn) -> Estate:
    clients = [
        Client(Endpoint(name, f"unix:///{name}", "unix", path=f"/{name}"), standin.exchange)
        for name, standin in standins.items()
    ]
    return Estate(clients, ["quotes"])
