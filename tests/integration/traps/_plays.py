# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays on hosts that are only names for this machine, and the ledger that their claims are written to."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.limits import Limits
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.owner import Owner
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.runs import (
    NewRun,
    PlannedMember,
    open_run,
    read_run,
)
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger

HOSTS = ("app1", "app2", "app3", "app4")
CLAIM = """
    - name: Claim the member
      hybrid.rollout.rollout_claim: {ledger: "{{ ledger }}", run: "{{ run }}", member: "{{ inventory_hostname }}"}
"""
DONE = """
    - name: Write down that the member is done
      hybrid.rollout.rollout_claim:
        {ledger: "{{ ledger }}", run: "{{ run }}", member: "{{ inventory_hostname }}", state: finished, outcome: done}
"""


@dataclass(frozen=True)
class Played:
    exit_code: int
    output: str

    def said(self, words: str) -> list[str]:
        """The hosts whose debug message is ``words`` and their own name, sorted: forks end in any order."""
        said = (line.partition(f'"msg": "{words} ') for line in self.output.splitlines())
        return sorted(rest.rstrip('",') for _before, found, rest in said if found)


class Stage:
    """A directory with an inventory, a ledger and what the plays leave."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.ledger = str(directory / "ledger.sqlite3")
        self.run = ""
        self.controller: Optional[int] = (
            None  # the process that owns runs, if it is not this one, which takes over its own
        )

    def open_run(
        self, *batches: tuple[str, ...], budget: int = 0, window: Optional[int] = None, skipped: Sequence[str] = ()
    ) -> str:
        members = [PlannedMember(name, number, "1.0") for number, batch in enumerate(batches, 1) for name in batch]
        members += [PlannedMember(name, 1, None, skipped_offline="no answer") for name in skipped]
        new = NewRun("quotes", "1.1", "ab" * 32, "file:///q", members, {}, "cd" * 32, budget, Limits(window))
        owner = Owner.of_process(self.controller or os.getpid())
        with Ledger.open(self.ledger) as ledger:
            self.run = open_run(ledger, new, owner, take_over=None if self.controller else self.run).id
        return self.run

    def read(self) -> dict[str, Any]:
        with Ledger.open(self.ledger) as ledger:
            return read_run(ledger, self.run)

    def states(self) -> dict[str, str]:
        return {claim["member"]: claim["state"] for claim in self.read()["claims"]}

    def command(self, play: str, *options: str, hosts: tuple[str, ...] = HOSTS, **extra: Any) -> list[str]:
        (self.directory / "hosts").write_text(
            "[fleet]\n"
            + "\n".join(hosts)
            + "\n[fleet:vars]\nansible_connection=local\nansible_python_interpreter='{{ ansible_playbook_python }}'\n"
        )
        (self.directory / "play.yml").write_text(play)
        known = {"ledger": self.ledger, "run": self.run, "room": str(self.directory), **extra}
        files = [str(self.directory / name) for name in ("hosts", "play.yml")]
        return ["ansible-playbook", "-i", *files, "-e", json.dumps(known), *options]

    def play(self, play: str, *options: str, env: Optional[dict[str, str]] = None, **extra: Any) -> Played:
        done = subprocess.run(
            self.command(play, *options, **extra),
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            env={**os.environ, **(env or {})},
        )
        return Played(done.returncode, done.stdout)
