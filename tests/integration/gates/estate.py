# SPDX-License-Identifier: GPL-3.0-or-later
"""A run in a ledger and a play that asks the role gates for it, then claims, on connections that need no host."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from ansible_collections.hybrid.rollout.plugins.module_utils._ledger import claims, runs
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.owner import Owner
from ansible_collections.hybrid.rollout.plugins.module_utils._ledger.store import Ledger

PLAY = Path(__file__).with_name("play.yml")
PLAN = "a" * 64
DIGEST = "0123456789abcdef" * 4
MEMBERS = ("app1", "app2", "app3")


class Estate:
    def __init__(self, folder: Path, url: str = "http://127.0.0.1:9/quotes-1.1.tar.gz") -> None:
        self.folder = folder
        self.path = str(folder / "ledger.sqlite3")
        self.release: dict[str, Any] = {"service": "quotes", "version": "1.1", "url": url, "sha256": DIGEST}
        members = [runs.PlannedMember(name, 1, "1.0") for name in MEMBERS]
        new = runs.NewRun("quotes", "1.1", DIGEST, url, members, {}, PLAN, 0)
        with Ledger.open(self.path) as ledger:
            self.run, self.token = runs.open_run(ledger, new, Owner.of_process(os.getpid()))

    def play(self, *arguments: str, occasion: str = "start", **variables: Any) -> tuple[int, str]:
        """The exit code and what was printed."""
        record = {"ledger": self.path, "run": self.run, "token": self.token}
        given = {
            **{"rollout_service": "quotes", "rollout_release": self.release, "plan_result": {"plan_hash": PLAN}},
            **{"record": record, "gates_occasion": occasion, "ansible_python_interpreter": sys.executable},
            **variables,
        }
        extra = self.folder / "variables.json"
        extra.write_text(json.dumps(given), encoding="utf-8")
        command = ["ansible-playbook", "-i", ",".join([*MEMBERS, ""]), "-c", "local", "-e", f"@{extra}", *arguments]
        done = subprocess.run([*command, str(PLAY)], check=False, capture_output=True, text=True, timeout=180)
        return done.returncode, done.stdout + done.stderr

    def read(self) -> dict[str, Any]:
        with Ledger.open(self.path) as ledger:
            return runs.read_run(ledger, self.run)

    def answers(self) -> list[dict[str, Any]]:
        """What gates answered: step, and what was written down with it."""
        with Ledger.open(self.path) as ledger:
            return [
                {"step": event["step"], **event["detail"]}
                for event in ledger.events(self.run)
                if event["kind"] == "gate"
            ]

    def claim(self, member: str) -> int:
        with Ledger.open(self.path) as ledger:
            return claims.claim(ledger, self.run, member, self.token)
