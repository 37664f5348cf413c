# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts with a folder for a drive and a model of win_ping: enough to hear what the wire brings."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional

from ansible_collections.hybrid.rollout.tests.winhost.engine import Engine
from ansible_collections.hybrid.rollout.tests.winhost.faults import Faults
from ansible_collections.hybrid.rollout.tests.winhost.fleet import Fleet
from ansible_collections.hybrid.rollout.tests.winhost.models.call import Call
from ansible_collections.hybrid.rollout.tests.winhost.wire import core_scripts, reboot_texts, shell_texts
from ansible_collections.hybrid.rollout.tests.winhost.wire.restarts import Restarts


@dataclass
class Drives:
    root: Path

    def expanded(self, path: str) -> str:
        return path.replace("%TEMP%", "C:\\Temp")

    def real(self, path: str) -> Path:
        return self.root / path.replace("\\", "/").replace(":", "").lower()


@dataclass
class SmallHost:
    name: str
    address: str
    root: Path
    boot_time: float = field(default_factory=time.time)
    faults: set[str] = field(default_factory=Faults)
    environment: dict[str, str] = field(default_factory=lambda: {"USERPROFILE": "C:\\Users\\deploy"})

    closed: bool = False

    @property
    def drives(self) -> Drives:
        return Drives(self.root)

    def close(self) -> None:
        self.closed = True


@dataclass(frozen=True)
class Option:
    aliases: tuple[str, ...] = ()
    no_log: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Spec:
    options: Mapping[str, Option]
    supports_check_mode: bool = True


class WrongArgument(Exception):
    pass


def spec_of_script(script: str, _utilities: Mapping[str, str]) -> Spec:
    """Of win_ping; its data is no secret on Windows, it is one here."""
    assert "data" in script
    return Spec({"data": Option(no_log=True)})


def check(spec: Spec, module: str, given: Mapping[str, Any]) -> dict[str, Any]:
    for name in given:
        if name not in spec.options:
            raise WrongArgument(f"Unsupported parameters for ({module}) module: {name}")
    return {"data": "pong", **given}


@dataclass(frozen=True)
class Ping:
    honours: frozenset[str] = frozenset({"data"})
    ignores: Mapping[str, str] = field(default_factory=dict)
    script_sha256: tuple[str, ...] = ()

    @staticmethod
    def carry_out(host: SmallHost, call: Call) -> dict[str, Any]:
        return {"changed": False, "ping": call.arguments["data"], "answered_by": host.name}


def small_engine(ping: Optional[Ping] = None, restarts: Optional[Restarts] = None) -> Engine:
    restarts = restarts or Restarts(lambda _: None, _come_up)
    models = {"ansible.windows.win_ping": ping or Ping()}
    texts = [*shell_texts.installed(), *reboot_texts.installed(restarts)]
    return Engine(spec_of_script, check, WrongArgument, models.get, core_scripts.installed(), texts)


def _come_up(host: Any) -> None:
    host.boot_time = time.time()


def ansible(fleet: Fleet, folder: Path, *command: str, **variables: Any) -> tuple[int, str]:
    """One task on the fleet, by the real command: its return code and all that it said."""
    return _run(fleet, folder, ["ansible", "windows", *command], variables)


def play(fleet: Fleet, folder: Path, tasks: list[dict[str, Any]], **variables: Any) -> tuple[int, str]:
    plays = [{"hosts": "windows", "gather_facts": False, "tasks": tasks}]
    (folder / "play.json").write_text(json.dumps(plays), encoding="utf-8")
    return _run(fleet, folder, ["ansible-playbook", str(folder / "play.json"), "-v"], variables)


def _run(fleet: Fleet, folder: Path, command: list[str], variables: Mapping[str, Any]) -> tuple[int, str]:
    inventory = fleet.inventory()
    inventory["windows"]["vars"] |= variables
    (folder / "inventory.json").write_text(json.dumps({"all": {"children": inventory}}), encoding="utf-8")
    at = ["-i", str(folder / "inventory.json")]
    done = subprocess.run([*command, *at], check=False, capture_output=True, text=True, timeout=240)
    return done.returncode, done.stdout + done.stderr
